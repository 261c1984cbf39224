using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.NewEpoch;

/// <summary>The first member's way from a new configuration to service: phases Opening to Serving.</summary>
/// <remarks>
/// It adopts the longest log among all members, appends the epoch's start entry, and serves once everybody who counts holds that (PacificA,
/// section 2.3; design page, "New epoch").
/// </remarks>
internal sealed class FirstMember(ReplicaState state, Feeder feeder)
{
    private readonly EpochOpening _opening = new(state);
    private bool _hasBegun;

    internal void Begin(ImmutableArray<NodeId> formerReaders)
    {
        _hasBegun = false;
        _opening.Begin(formerReaders);
    }

    internal void OnEpochAck(NodeId from, EpochAck ack) => _opening.Acknowledged(from, ack);

    internal void OnLogSuffix(NodeId from, LogSuffix suffix) => _opening.Received(from, suffix);

    /// <summary>Begins the epoch's entries once the log that all will have is here.</summary>
    internal void Advance()
    {
        if (!_hasBegun && _opening.IsComplete)
        {
            TryBring();
        }
    }

    /// <summary>Serves, now that everybody who counts holds the start entry.</summary>
    internal void Settled()
    {
        state.TailIsProven();
        state.Enter(ReplicaPhase.Serving);
    }

    internal void Tick() => _opening.Tick();

    private void TryBring()
    {
        var start = new Lsn(state.Epoch, state.Log.Last.Sequence + 1);
        var position = state.Log.AppendStart(start, state.Committed);
        if (position < 0)
        {
            // No space for one entry: the next tick tries again.
            return;
        }

        state.Appended(position);
        _hasBegun = true;
        state.Enter(ReplicaPhase.Bringing);
        feeder.StartFeeding(_opening.Acks);
    }
}
