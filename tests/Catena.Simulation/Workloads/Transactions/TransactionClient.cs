using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>One client as a state machine: it asks, waits or gives up, rests, and does the next thing.</summary>
internal sealed class TransactionClient
{
    private readonly World _world;
    private readonly ITransactionService _service;
    private readonly TransactionProfile _profile;
    private readonly Func<long> _time;
    private readonly Action<TransactionClient> _next;
    private readonly Prng _random;
    private TransactionRecord? _open;

    /// <summary>A client that does nothing yet.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="number">Its number.</param>
    /// <param name="service">What it asks.</param>
    /// <param name="profile">What clients do.</param>
    /// <param name="time">Says the time, each once.</param>
    /// <param name="next">Has it do the next thing.</param>
    internal TransactionClient(World world, int number, ITransactionService service, TransactionProfile profile, Func<long> time, Action<TransactionClient> next)
    {
        _world = world;
        _service = service;
        _profile = profile;
        _time = time;
        _next = next;
        _random = world.Random($"transactions/client/{number}");
        Number = number;
    }

    /// <summary>Its number, from 0.</summary>
    internal int Number { get; }

    /// <summary>How many of its transactions were carried out.</summary>
    internal int Answered { get; private set; }

    /// <summary>Whether it waits for an answer.</summary>
    internal bool Waits => _open is not null;

    /// <summary>Whether it asks nothing more of its own accord.</summary>
    internal bool Stopped { get; set; }

    /// <summary>Does the next thing after a while.</summary>
    internal void Rest() => Pause(() => _next(this));

    /// <summary>Goes on after a while, if it has not been stopped by then.</summary>
    internal void Pause(Action then) => _world.Schedule(_random.Between(0, _profile.MaxThink) + Duration.Microsecond, "transaction.think", (ulong)Number, () =>
    {
        if (!Stopped)
        {
            then();
        }
    });

    /// <summary>Asks for a transaction, and calls back once it is answered or given up.</summary>
    /// <param name="workload">What it is part of.</param>
    /// <param name="request">The transaction.</param>
    /// <param name="ended">Takes the answer.</param>
    internal void Ask(TransactionWorkload workload, TransactionRequest request, Action<TransactionAnswer> ended)
    {
        var record = new TransactionRecord(Number, request, _time());
        workload.Note(record);
        _open = record;
        var limit = _world.Schedule(_profile.Timeout, "transaction.timeout", (ulong)Number, () => End(new TransactionAnswer(Outcome.Unknown)));
        _service.Submit(Number, request, steps => record.Steps = steps, answer =>
        {
            limit.Cancel();
            End(answer);
        });

        void End(TransactionAnswer answer)
        {
            if (_open != record)
            {
                return;
            }

            _open = null;
            (record.Return, record.Answer) = (_time(), answer);
            Answered += answer.IsCarriedOut ? 1 : 0;
            _world.Fold((ulong)answer.Outcome);
            if (_world.Tracing)
            {
                _world.Trace($"transactions of client {Number}: {request}{(request.Interaction?.Script is null ? "" : string.Join(", ", record.Steps))} -> {answer}");
            }

            ended(answer);
        }
    }
}
