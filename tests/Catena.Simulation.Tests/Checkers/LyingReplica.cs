using Catena.Core.Primitives;
using Catena.Simulation.Checkers;

namespace Catena.Simulation.Tests.Checkers;

/// <summary>A replica that calls an entry committed which it does not have.</summary>
internal sealed class LyingReplica(FakeReplica honest) : IReplicaView
{
    private readonly Lsn _ahead = new(honest.Committed.Epoch, honest.LastSequence + 1);

    public NodeId Node => honest.Node;

    public ulong Incarnation => honest.Incarnation;

    public PartitionId Partition => honest.Partition;

    public Epoch Epoch => honest.Epoch;

    public ReplicaRole Role => honest.Role;

    public bool Serving => honest.Serving;

    public IReadOnlyList<NodeId> Members => honest.Members;

    public Lsn Applied => honest.Applied;

    public Lsn Committed => _ahead;

    public Lsn Durable => _ahead;

    public ulong FirstSequence => honest.FirstSequence;

    public ulong LastSequence => honest.LastSequence;

    public ulong StateDigest => honest.StateDigest;

    public bool TryGetEntry(ulong sequence, out LogEntryDigest entry) => honest.TryGetEntry(sequence, out entry);
}
