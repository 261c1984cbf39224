using Catena.Core.Primitives;
using Catena.Simulation.Checkers;

namespace Catena.Simulation.Tests.Checkers;

/// <summary>A replica that is whatever a test says.</summary>
internal sealed class FakeReplica(ulong node) : IReplicaView
{
    public NodeId Node { get; } = new(node);

    public ulong Incarnation { get; set; } = 1;

    public PartitionId Partition => default;

    public Epoch Epoch { get; set; } = new(1);

    public ReplicaRole Role { get; set; } = ReplicaRole.Member;

    public bool Serving { get; set; }

    public IReadOnlyList<NodeId> Members { get; set; } = [new NodeId(1), new NodeId(2), new NodeId(3)];

    public List<LogEntryDigest> Log { get; } = [];

    public int AppliedCount { get; set; }

    public int CommittedCount { get; set; }

    public int DurableCount { get; set; }

    public Lsn Applied => At(AppliedCount);

    public Lsn Committed => At(CommittedCount);

    public Lsn Durable => At(DurableCount);

    public ulong FirstSequence { get; set; } = 1;

    public ulong LastSequence => (ulong)Log.Count;

    public ulong StateDigest { get; set; }

    public void Append(ulong epoch, ulong body, bool durable = true)
    {
        Log.Add(new LogEntryDigest(new Lsn(new Epoch(epoch), LastSequence + 1), body));
        DurableCount += durable ? 1 : 0;
    }

    public void Truncate(int count)
    {
        Log.RemoveRange(count, Log.Count - count);
        DurableCount = Math.Min(DurableCount, count);
    }

    public bool TryGetEntry(ulong sequence, out LogEntryDigest entry)
    {
        var exists = sequence >= FirstSequence && sequence <= LastSequence;
        entry = exists ? Log[(int)sequence - 1] : default;
        return exists;
    }

    private Lsn At(int count) => count == 0 ? Lsn.Zero : Log[count - 1].Lsn;
}
