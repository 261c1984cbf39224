using Catena.Faults.Cluster;

namespace Catena.Faults.Faults;

/// <summary>Which members of a partition a fault means by their places, and which partitions notice it.</summary>
internal static class Places
{
    /// <summary>Whether members of one busy partition are struck by their places in it.</summary>
    public static bool Matter(FaultKind kind) => kind is FaultKind.KillFirst or FaultKind.KillMiddle or FaultKind.KillTail or FaultKind.CutLink;

    /// <summary>The members that a kind means.</summary>
    /// <param name="kind">A kind for which places matter.</param>
    /// <param name="members">A partition's members, the first one first.</param>
    /// <returns>Empty where an earlier fault has left too few of them.</returns>
    public static IReadOnlyList<string> VictimsOf(FaultKind kind, IReadOnlyList<string> members) => kind switch
    {
        FaultKind.KillFirst => [.. members.Take(1)],
        FaultKind.KillTail => [.. members.TakeLast(1)],
        _ when members.Count < 3 => [],
        FaultKind.KillMiddle => [members[1]],
        _ => [members[1], members[^1]],
    };

    /// <summary>Whether a partition may notice a fault: victims have the places in it that the kind is about; otherwise, one leads it or reads for it.</summary>
    public static bool Concern(FaultKind kind, IReadOnlyList<string> victims, PartitionStanding partition)
    {
        if (kind is FaultKind.KillAll or FaultKind.KillCoordinator)
        {
            return true;
        }

        if (Matter(kind))
        {
            return VictimsOf(kind, partition.Members) is { Count: > 0 } meant && meant.All(victims.Contains) && victims.Count == meant.Count;
        }

        return partition.Members.Count > 0 && (victims.Contains(partition.Members[0]) || victims.Contains(partition.Reader!));
    }
}
