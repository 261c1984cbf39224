using Catena.Core.Primitives;

namespace Catena.Simulation.Checkers;

/// <summary>Watches all replicas after every event, and tells the first promise of replication that it sees broken.</summary>
/// <remarks>
/// <para>The promises:</para>
/// <list type="bullet">
/// <item>one first member: in an epoch at most one process ever acts as the first member; not even the same node after a restart;</item>
/// <item>epochs: a replica's epoch never falls, restarts included;</item>
/// <item>watermarks: applied ≤ committed ≤ durable, and within one process neither committed nor applied falls;</item>
/// <item>prefix agreement: what two replicas call committed at one sequence is the same entry, for ever;</item>
/// <item>durability: when a member calls an entry committed, it is durable on every member of its configuration that is up and in its epoch;</item>
/// <item>nothing is lost: a first member that serves holds every entry that was ever committed, unless a newer epoch has gone on without it.</item>
/// </list>
/// <para>Each entry is compared once a replica and process, so that the cost of a check does not grow with the log.</para>
/// </remarks>
public sealed class InvariantChecker
{
    private readonly SortedDictionary<PartitionId, PartitionMemory> _partitions = [];

    /// <summary>Forgets a replica, whose disk was replaced or whose partition was given up for damage.</summary>
    public void Forget(PartitionId partition, NodeId node)
    {
        if (_partitions.TryGetValue(partition, out var memory))
        {
            memory.Replicas.Remove(node);
        }
    }

    /// <summary>How many entries of a partition have been seen committed.</summary>
    public int CommittedCount(PartitionId partition) => _partitions.TryGetValue(partition, out var memory) ? memory.Committed.Count : 0;

    /// <summary>Looks at every replica that is up.</summary>
    /// <returns>The name of the promise that is broken and what was seen; null if none is.</returns>
    public (string Rule, string Detail)? Check(IReadOnlyList<IReplicaView> replicas)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        foreach (var replica in replicas)
        {
            var broken = CheckOne(replica, MemoryOf(replica.Partition));
            if (broken is not null)
            {
                return broken;
            }
        }

        // Once all are read: what one has just committed, another may be seen to lack.
        foreach (var member in replicas.Where(replica => replica.Role is ReplicaRole.First or ReplicaRole.Member))
        {
            var broken = CheckMembers(member, replicas) ?? (member.Role == ReplicaRole.First ? CheckHolds(member, MemoryOf(member.Partition)) : null);
            if (broken is not null)
            {
                return broken;
            }
        }

        return null;
    }

    /// <summary>Looks whether replicas that have come to rest are equal: same committed entry, all of it applied, same state.</summary>
    /// <param name="replicas">The members of the partitions' newest configurations.</param>
    /// <returns>What differs; null if nothing does.</returns>
    public static (string Rule, string Detail)? CheckConverged(IEnumerable<IReplicaView> replicas)
    {
        foreach (var partition in replicas.GroupBy(replica => replica.Partition).OrderBy(group => group.Key))
        {
            var model = partition.First();
            foreach (var replica in partition)
            {
                if (replica.Applied != replica.Committed || replica.Committed != model.Committed || replica.StateDigest != model.StateDigest)
                {
                    return ("convergence", $"{Describe(model)} state {model.StateDigest:x}, {Describe(replica)} state {replica.StateDigest:x}");
                }
            }
        }

        return null;
    }

    private static (string Rule, string Detail)? CheckOne(IReplicaView replica, PartitionMemory partition)
    {
        if (!partition.Replicas.TryGetValue(replica.Node, out var last))
        {
            last = new ReplicaMemory { Incarnation = replica.Incarnation };
            partition.Replicas.Add(replica.Node, last);
        }

        if (replica.Incarnation != last.Incarnation)
        {
            last.Incarnation = replica.Incarnation;
            last.Committed = Lsn.Zero;
            last.Applied = Lsn.Zero;
            last.Compared = 0;
            last.HeldEpoch = Epoch.None;
        }

        var broken = CheckWatermarks(replica, last) ?? CheckFirst(replica, partition) ?? CheckPrefix(replica, last, partition);
        last.Epoch = replica.Epoch;
        last.Committed = replica.Committed;
        last.Applied = replica.Applied;
        return broken;
    }

    private static (string Rule, string Detail)? CheckWatermarks(IReplicaView replica, ReplicaMemory last)
    {
        // The record of a newer epoch may be among what was damaged; such a copy is given up and acknowledges nothing.
        if (replica.Epoch < last.Epoch && !replica.IsDamaged)
        {
            return ("epochs", $"{Describe(replica)} was in epoch {last.Epoch} before");
        }

        if (replica.Applied > replica.Committed || replica.Committed > replica.Durable)
        {
            return ("watermarks", $"{Describe(replica)}: applied {replica.Applied} <= committed {replica.Committed} <= durable {replica.Durable} does not hold");
        }

        if (replica.Committed < last.Committed || replica.Applied < last.Applied)
        {
            return ("watermarks", $"{Describe(replica)}: committed or applied fell from {last.Committed}, {last.Applied}");
        }

        return null;
    }

    private static (string Rule, string Detail)? CheckFirst(IReplicaView replica, PartitionMemory partition)
    {
        if (replica.Role != ReplicaRole.First)
        {
            return null;
        }

        var process = (replica.Node, replica.Incarnation);
        if (partition.First.TryAdd(replica.Epoch, process) || partition.First[replica.Epoch] == process)
        {
            return null;
        }

        var (node, incarnation) = partition.First[replica.Epoch];
        return ("one first member", $"{Describe(replica)} acts as the first member, as node {node.Value}, incarnation {incarnation}, has in this epoch");
    }

    private static (string Rule, string Detail)? CheckPrefix(IReplicaView replica, ReplicaMemory last, PartitionMemory partition)
    {
        var end = replica.Committed.Sequence;
        for (var sequence = Math.Max(last.Compared + 1, replica.FirstSequence); sequence <= end; sequence++)
        {
            if (!replica.TryGetEntry(sequence, out var entry))
            {
                if (replica.IsDamaged)
                {
                    return null;
                }

                return ("nothing is lost", $"{Describe(replica)} calls sequence {sequence} committed and has no such entry");
            }

            if (!partition.Committed.TryAdd(sequence, entry) && partition.Committed[sequence] != entry)
            {
                return ("prefix agreement", $"{Describe(replica)} has committed {entry}, another {partition.Committed[sequence]}");
            }
        }

        if (end > last.Compared && partition.Committed.TryGetValue(end, out var newest) && newest.Lsn != replica.Committed)
        {
            return ("prefix agreement", $"{Describe(replica)} calls {replica.Committed} committed, the entry there is {newest}");
        }

        last.Compared = Math.Max(last.Compared, end);
        if (replica.Committed > partition.LastCommitted)
        {
            partition.LastCommitted = replica.Committed;
        }

        return null;
    }

    private static (string Rule, string Detail)? CheckMembers(IReplicaView knowing, IReadOnlyList<IReplicaView> replicas)
    {
        foreach (var member in replicas)
        {
            if (member.Partition == knowing.Partition
                && member.Epoch == knowing.Epoch
                && member.Durable < knowing.Committed
                && !member.IsDamaged
                && knowing.Members.Contains(member.Node))
            {
                return ("durability", $"{Describe(knowing)} has committed {knowing.Committed}, which is not durable on its member {Describe(member)}");
            }
        }

        return null;
    }

    private static (string Rule, string Detail)? CheckHolds(IReplicaView first, PartitionMemory partition)
    {
        if (!first.Serving || partition.LastCommitted.Epoch > first.Epoch)
        {
            return null;
        }

        var memory = partition.Replicas[first.Node];
        if (memory.HeldEpoch != first.Epoch)
        {
            memory.HeldEpoch = first.Epoch;
            memory.Held = 0;
        }

        for (var sequence = Math.Max(memory.Held + 1, first.FirstSequence); sequence <= partition.LastCommitted.Sequence; sequence++)
        {
            if (!partition.Committed.TryGetValue(sequence, out var committed))
            {
                continue;
            }

            var isHeld = first.TryGetEntry(sequence, out var held);
            if (!isHeld && first.IsDamaged)
            {
                return null;
            }

            if (!isHeld || held != committed)
            {
                return ("nothing is lost", $"{Describe(first)} serves and does not hold {committed}, which is committed");
            }
        }

        memory.Held = partition.LastCommitted.Sequence;
        return null;
    }

    private PartitionMemory MemoryOf(PartitionId partition)
    {
        if (!_partitions.TryGetValue(partition, out var memory))
        {
            memory = new PartitionMemory();
            _partitions.Add(partition, memory);
        }

        return memory;
    }

    private static string Describe(IReplicaView replica) =>
        FormattableString.Invariant(
            $"node {replica.Node.Value} (incarnation {replica.Incarnation}, {replica.Role}, epoch {replica.Epoch}, committed {replica.Committed}, durable {replica.Durable})");
}
