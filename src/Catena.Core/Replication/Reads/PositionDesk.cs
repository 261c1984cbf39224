using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.Reads;

/// <summary>Asks the reader how far the log is committed, so that a replica knows how new its own state is; and answers, where it is the reader.</summary>
/// <remarks>
/// The reader's answer counts as a linearizable read of the position up to which it has applied the log: whoever has applied as much lacks nothing
/// that was acknowledged to anybody before the question was sent. One question is under way at a time and serves all who wanted it before it was
/// sent (CRAQ, section 3.2, asks for a version of each key).
/// </remarks>
internal sealed class PositionDesk(ReplicaState state)
{
    private const int MostUnapplied = 16;

    private readonly Queue<(ulong Number, long AskedAt, ulong Through)> _answers = new();
    private ulong _wanted;
    private ulong _number;
    private bool _isOpen;
    private long _askedAt;
    private long _lastSent;
    private ulong _known;
    private long _currentAt;

    /// <summary>The number of the newest question to which the answer is applied here.</summary>
    internal ulong Known
    {
        get
        {
            TakeApplied();
            return _known;
        }
    }

    /// <summary>The state here has everything that was acknowledged before this time; 0 where nothing is known.</summary>
    internal long CurrentAt
    {
        get
        {
            TakeApplied();
            return _currentAt;
        }
    }

    /// <summary>Has a question sent after this call.</summary>
    /// <returns>Its number; see <see cref="Known" />.</returns>
    internal ulong Ask()
    {
        _wanted = _number + 1;
        return _wanted;
    }

    /// <summary>Asks the reader of a new epoch what the one before has not answered.</summary>
    internal void Begin()
    {
        if (_isOpen)
        {
            _isOpen = false;
            _wanted = Math.Max(_wanted, _number + 1);
        }
    }

    internal void OnAsk(NodeId from, PositionAsk ask, long readableUntil)
    {
        // What was inherited may have been acknowledged in an earlier epoch, so it is applied first.
        var isComplete = state.IsSettled && state.Log.Applied + 1 >= state.Start;
        if (!state.Place.Commits || (state.Rules.ServesOnlySettled && !isComplete))
        {
            return;
        }

        if (state.Now < readableUntil)
        {
            state.Send(from, new PositionTold(state.Epoch, ask.Number, state.Log.Applied, ask.Incarnation));
        }
        else
        {
            state.WantsLease = true;
        }
    }

    internal void OnTold(NodeId from, PositionTold told)
    {
        if (_isOpen && told.Incarnation == state.Options.Incarnation && told.Number == _number && from == state.Configuration!.Reader)
        {
            _isOpen = false;
            _answers.Enqueue((_number, _askedAt, told.Through));
            var known = state.Phase >= ReplicaPhase.Bringing ? state.Log.Last.Sequence : state.Verified;
            state.Told = Math.Max(state.Told, Math.Min(told.Through, known));
        }
    }

    /// <summary>Sends the question that is wanted.</summary>
    internal void Advance()
    {
        TakeApplied();
        if (_wanted > _number && !_isOpen && _answers.Count < MostUnapplied && state.Place is { IsListed: true, Commits: false })
        {
            _number = _wanted;
            _isOpen = true;
            _askedAt = state.Now;
            Send();
        }
    }

    internal void Tick()
    {
        if (_isOpen && state.Now - _lastSent >= state.Options.Retransmit / 4)
        {
            Send();
        }
    }

    private void Send()
    {
        _lastSent = state.Now;
        state.Send(state.Configuration!.Reader, new PositionAsk(state.Epoch, _number, state.Options.Incarnation));
    }

    private void TakeApplied()
    {
        while (_answers.TryPeek(out var answer) && answer.Through <= state.Log.Applied)
        {
            _answers.Dequeue();
            _known = answer.Number;
            _currentAt = answer.AskedAt;
        }
    }
}
