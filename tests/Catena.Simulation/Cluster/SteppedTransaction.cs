using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>A client's transaction that it does step by step at one node, once more from the beginning where others were in the way.</summary>
/// <remarks>Nothing happens before it asks to commit, or has the handle of what is prepared: whatever goes wrong until then, it knows that nothing happened.</remarks>
internal sealed class SteppedTransaction
{
    private const int MostRefusals = 6;
    private const int MostRepeats = 3;

    private readonly TransactionEndpoint _endpoint;
    private readonly TransactionRequest _request;
    private readonly Interaction _interaction;
    private readonly Action<IReadOnlyList<TransactionStep>> _taken;
    private readonly Action<TransactionAnswer> _reply;
    private readonly Prng _random;
    private NodeId _at;
    private byte[] _handle = [];
    private byte[] _first = [];
    private List<TransactionStep> _steps = [];
    private List<KeyRead> _read = [];
    private IEnumerator<TransactionStep> _script = Enumerable.Empty<TransactionStep>().GetEnumerator();
    private PreparedDecision? _decision;
    private int _refusals;
    private int _repeats;

    /// <summary>A transaction that has not begun.</summary>
    /// <param name="endpoint">The client.</param>
    /// <param name="request">The transaction.</param>
    /// <param name="interaction">How it is done.</param>
    /// <param name="taken">Takes the list of its steps whenever it begins.</param>
    /// <param name="reply">Takes the answer.</param>
    internal SteppedTransaction(
        TransactionEndpoint endpoint, TransactionRequest request, Interaction interaction, Action<IReadOnlyList<TransactionStep>> taken, Action<TransactionAnswer> reply)
    {
        _endpoint = endpoint;
        _request = request;
        _interaction = interaction;
        _taken = taken;
        _reply = reply;
        _random = endpoint.Random;
    }

    /// <summary>Begins, for the first time or once more.</summary>
    internal void Begin()
    {
        (_steps, _read, _repeats) = ([], [], 0);
        _taken(_steps);
        _script = (_interaction.Script?.Invoke(_read) ?? _request.Steps).GetEnumerator();
        _at = _endpoint.DrawNode();
        Send(CommandKind.Begin, _interaction.KeepsAge ? _first : [], [], result =>
        {
            if (result is null || TransactionErrors.Of(result) != default)
            {
                Refused(result);
                return;
            }

            _handle = new ResultReader(result).Value.ToArray();
            _first = _first.Length == 0 ? _handle : _first;
            Think(DoNext);
        });
    }

    /// <summary>Its client waits no longer. What is prepared must not stay so.</summary>
    internal void GiveUp()
    {
        if (_decision is not null)
        {
            _endpoint.Operator.Leave(_decision);
        }
    }

    private void DoNext()
    {
        if (_script.MoveNext())
        {
            _steps.Add(_script.Current);
            Do(_script.Current);
        }
        else
        {
            Finish();
        }
    }

    private void Do(TransactionStep step) => Send(CommandKind.Continue, _handle, CommandCodec.Encode(TransactionForm.ToCommand(step)), result =>
    {
        var error = result is null ? default : TransactionErrors.Of(result);
        if (result is not null && error == default)
        {
            if (step.Reads)
            {
                _read.Add(TransactionForm.Read(new ResultReader(result)));
            }

            Think(DoNext);
        }
        else if (error == ErrorCode.TryAgain && ++_repeats <= MostRepeats && _random.Chance(0.5))
        {
            // One that does not lock is still open then.
            Think(() => Do(step));
        }
        else
        {
            Refused(result);
        }
    });

    private void Finish()
    {
        switch (_interaction.End)
        {
            case InteractionEnd.Commit:
                Send(CommandKind.Commit, _handle, [], Committed);
                break;
            case InteractionEnd.Rollback:
                Send(CommandKind.Rollback, _handle, [], _ => _reply(TransactionAnswer.Refused));
                break;
            case InteractionEnd.Leave:
                _reply(TransactionAnswer.Refused);
                break;
            default:
                Send(CommandKind.PrepareToCommit, _handle, [], Prepared);
                break;
        }
    }

    private void Committed(byte[]? result)
    {
        var error = result is null ? ErrorCode.OutcomeUnknown : TransactionErrors.Of(result);
        if (error == default)
        {
            _reply(new TransactionAnswer(Outcome.Ok, _read));
        }
        else if (TransactionErrors.IsOpen(error))
        {
            _reply(new TransactionAnswer(Outcome.Unknown));
        }
        else
        {
            Refused(result);
        }
    }

    private void Prepared(byte[]? result)
    {
        var error = result is null ? ErrorCode.OutcomeUnknown : TransactionErrors.Of(result);
        if (TransactionErrors.IsOpen(error))
        {
            // It may be prepared, and nobody can ever commit it.
            _reply(new TransactionAnswer(Outcome.Fail));
            return;
        }

        if (error != default)
        {
            Refused(result);
            return;
        }

        _decision = new PreparedDecision(_endpoint, new ResultReader(result).Value.ToArray());
        if (_interaction.End == InteractionEnd.LeavePrepared)
        {
            var left = _decision;
            _decision = null;
            _endpoint.Operator.Leave(left);
            _reply(TransactionAnswer.Refused);
            return;
        }

        var pause = _random.Chance(0.5) ? Duration.Microsecond : _random.Between(0, Duration.Second);
        _endpoint.After(pause, "transaction.decide", () => _decision.Ask(_interaction.End == InteractionEnd.CommitPrepared, DecidedFirst));
    }

    /// <summary>It is decided; who asks again, at any node, must be told the same.</summary>
    private void DecidedFirst(bool isCommitted) => AskAgain(_random.Chance(0.5) ? 0 : (int)_random.Between(1, 3), isCommitted);

    private void AskAgain(int times, bool isCommitted)
    {
        if (times > 0)
        {
            _decision!.Ask(_random.Chance(0.5), same => AskAgain(times - 1, same));
            return;
        }

        _decision = null;
        _reply(isCommitted ? new TransactionAnswer(Outcome.Ok, _read) : TransactionAnswer.Refused);
    }

    private void Refused(byte[]? result)
    {
        var error = result is null ? ErrorCode.NoTransaction : TransactionErrors.Of(result);
        if (error != ErrorCode.NoTransaction && !TransactionErrors.IsRefusal(error))
        {
            _endpoint.Fail($"{_request}, {string.Join(", ", _steps)} was answered {error}");
        }
        else if (++_refusals >= MostRefusals)
        {
            _reply(new TransactionAnswer(Outcome.Fail));
        }
        else
        {
            // What was begun is left as it is: it ends by itself.
            _endpoint.After(_random.Between(Duration.Millisecond, 100 * Duration.Millisecond), "transaction.again", Begin);
        }
    }

    private void Think(Action then) => _endpoint.After(_random.Between(0, _interaction.MaxThink) + Duration.Microsecond, "transaction.step", then);

    private void Send(CommandKind kind, byte[] handle, byte[] command, Action<byte[]?> answered)
    {
        // A client is patient only where it cannot begin once more.
        var limit = kind is CommandKind.Commit or CommandKind.PrepareToCommit ? _random.Between(500, 6_000) : _random.Between(100, 1_500);
        _endpoint.Send(_at, attempt => new ClientStep(attempt, kind, handle) { Locks = _interaction.Locks, Command = command }, answered, limit * Duration.Millisecond);
    }
}
