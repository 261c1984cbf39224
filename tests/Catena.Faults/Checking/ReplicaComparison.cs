using Catena.Faults.Cluster;

namespace Catena.Faults.Checking;

/// <summary>Compares what the members of each partition hold.</summary>
internal static class ReplicaComparison
{
    /// <summary>Compares.</summary>
    /// <param name="partitions">The partitions with their members.</param>
    /// <param name="sums">What the replicas sum up to.</param>
    /// <param name="waiting">What cannot be compared yet, since members are at different positions or not at rest; null where everything was.</param>
    /// <returns>What is wrong: members that are at the same position and hold different things.</returns>
    public static IReadOnlyList<string> Violations(IReadOnlyList<PartitionStanding> partitions, IReadOnlyList<ReplicaSum> sums, out string? waiting)
    {
        var violations = new List<string>();
        waiting = null;
        foreach (var partition in partitions)
        {
            var members = partition.Members.Select(member => sums.SingleOrDefault(sum => sum.Node == member && sum.Partition == partition.Partition)).ToList();
            var known = members.OfType<ReplicaSum>().Where(sum => sum.Digest is not null).ToList();
            foreach (var position in known.GroupBy(sum => sum.Applied))
            {
                if (position.DistinctBy(sum => (sum.Digest, sum.Keys)).Skip(1).Any())
                {
                    violations.Add(FormattableString.Invariant(
                        $"partition {partition.Partition}: members at {position.Key} differ: {string.Join(", ", position.Select(Describe))}"));
                }
            }

            if (known.Count < members.Count || members.Count == 0 || known.DistinctBy(sum => sum.Applied).Skip(1).Any())
            {
                waiting ??= FormattableString.Invariant(
                    $"partition {partition.Partition}: {string.Join(", ", members.Select((sum, place) => sum is null ? $"{partition.Members[place]} tells nothing" : Describe(sum)))}");
            }
        }

        return violations;
    }

    private static string Describe(ReplicaSum sum) => FormattableString.Invariant($"{sum.Node} applied {sum.Applied}, {sum.Keys} keys, digest {sum.Digest ?? "moving"}");
}
