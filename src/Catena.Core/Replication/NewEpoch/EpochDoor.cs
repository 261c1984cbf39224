using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.NewEpoch;

/// <summary>Decides when a replica acknowledges the epoch it has learnt of.</summary>
/// <remarks>
/// Not before the epoch is durable, not while a promise to a reader that the new configuration deposes still stands, and never
/// as a member or learner whose copy was given up.
/// </remarks>
internal sealed class EpochDoor(ReplicaState state)
{
    private readonly HashSet<NodeId> _released = [];
    private NodeId _askedBy;

    /// <summary>Whether the present epoch has been acknowledged.</summary>
    internal bool IsOpen { get; private set; }

    internal void Begin()
    {
        _released.Clear();
        _askedBy = NodeId.None;
        IsOpen = false;
    }

    /// <summary>Notes that the first member (perhaps this replica itself) waits for the acknowledgement.</summary>
    internal void Ask(NodeId first, IEnumerable<NodeId> released)
    {
        _askedBy = first;
        _released.UnionWith(released);
    }

    /// <summary>Acknowledges if nothing stands in the way any more.</summary>
    /// <returns>The acknowledgement to deliver to the one who asked; null where there is none to give now.</returns>
    internal EpochAck? TryAcknowledge(out NodeId askedBy)
    {
        askedBy = _askedBy;
        if (_askedBy == NodeId.None || (!state.EpochIsDurable && state.Rules.EpochIsDurableFirst) || state.Configuration is not { } configuration)
        {
            return null;
        }

        if (state.GaveUp && state.Place.IsListed)
        {
            return null;
        }

        if (!IsOpen && state.Rules.PromisesAreKept && !state.Promises.Allows(configuration, _released, state.Now))
        {
            return null;
        }

        IsOpen = true;
        _askedBy = NodeId.None;
        return new EpochAck(state.Epoch, state.Log.Last, state.NewestLineage, state.Options.Incarnation);
    }
}
