namespace Catena.Core.Placement;

/// <summary>
/// Chooses, for every partition, which of its candidates has the first place, so that the first places are spread by weight.
/// </summary>
/// <remarks>
/// A partition keeps its preferred candidate (its first) unless that one has too many; what is displaced goes to a candidate with
/// room, if need be along a chain of partitions of which each passes its first place on (an augmenting path of bipartite
/// matching). So the bound is kept wherever the candidate lists permit it at all, and few partitions change. Where they do not
/// permit it, the candidate that is least loaded for its bound takes one too many. A candidate without weight counts
/// only where none of them has any.
/// </remarks>
internal static class FirstPlaces
{
    /// <summary>What stands for a partition without candidates.</summary>
    public const int Nobody = -1;

    /// <summary>The chosen candidate of each partition.</summary>
    /// <param name="candidates">Each partition's candidates, as indexes into the weights, the preferred one first.</param>
    /// <param name="weights">Each node's weight.</param>
    /// <param name="loadFactor">A node may have this much more than its share, rounded up.</param>
    public static int[] Choose(int[][] candidates, double[] weights, double loadFactor)
    {
        candidates = WithWeight(candidates, weights);
        var bounds = Bounds(candidates, weights, loadFactor);
        var chosen = new int[candidates.Length];
        var counts = new int[weights.Length];
        Array.Fill(chosen, Nobody);
        for (var partition = 0; partition < candidates.Length; partition++)
        {
            if (candidates[partition] is [var preferred, ..] && counts[preferred] < bounds[preferred])
            {
                chosen[partition] = preferred;
                counts[preferred]++;
            }
        }

        for (var partition = 0; partition < candidates.Length; partition++)
        {
            if (chosen[partition] == Nobody && candidates[partition].Length > 0)
            {
                var free = Array.FindIndex(candidates[partition], node => counts[node] < bounds[node]);
                var node = free >= 0 ? candidates[partition][free] : MakeRoom(partition, candidates, chosen, counts, bounds);
                chosen[partition] = node;
                counts[node]++;
            }
        }

        return chosen;
    }

    /// <summary>Each node's share of the first places: by weight, but not more than the partitions it is a candidate of.</summary>
    public static double[] Shares(int[][] candidates, double[] weights) => SharesOf(WithWeight(candidates, weights), weights);

    private static double[] SharesOf(int[][] candidates, double[] weights)
    {
        // Who has a weight and who has none are never candidates of the same partition: these are two loads, each of which is divided among its own.
        var lists = candidates.Where(list => list.Length > 0).ToLookup(list => weights[list[0]] > 0);
        var weighted = Divide([.. lists[true]], weights);
        var others = Divide([.. lists[false]], Array.ConvertAll(weights, _ => 1.0));
        return [.. weighted.Zip(others, (one, other) => one + other)];
    }

    private static double[] Divide(int[][] candidates, double[] weights)
    {
        var limits = new double[weights.Length];
        foreach (var node in candidates.SelectMany(list => list))
        {
            limits[node]++;
        }

        return candidates.Length == 0 ? limits : LoadShares.Divide(candidates.Length, weights, limits);
    }

    /// <summary>Those of each partition that count.</summary>
    private static int[][] WithWeight(int[][] candidates, double[] weights) =>
        Array.ConvertAll(candidates, list => Array.Exists(list, node => weights[node] > 0) ? Array.FindAll(list, node => weights[node] > 0) : list);

    private static int[] Bounds(int[][] candidates, double[] weights, double loadFactor) =>
        Array.ConvertAll(SharesOf(candidates, weights), share => LoadShares.Bound(share, loadFactor));

    /// <summary>Passes first places on until a candidate of the partition has room, and returns it; its count is not yet raised.</summary>
    private static int MakeRoom(int partition, int[][] candidates, int[] chosen, int[] counts, int[] bounds)
    {
        // Breadth first over nodes: via[w] is the partition that would pass its first place on to w.
        var via = new int[counts.Length];
        Array.Fill(via, Nobody);
        var seen = new bool[counts.Length];
        var queue = new Queue<int>();
        foreach (var candidate in candidates[partition])
        {
            seen[candidate] = true;
            queue.Enqueue(candidate);
        }

        while (queue.TryDequeue(out var node))
        {
            if (counts[node] < bounds[node])
            {
                return PassOn(node, via, chosen, counts);
            }

            for (var other = 0; other < candidates.Length; other++)
            {
                if (chosen[other] != node)
                {
                    continue;
                }

                foreach (var next in candidates[other])
                {
                    if (!seen[next])
                    {
                        seen[next] = true;
                        via[next] = other;
                        queue.Enqueue(next);
                    }
                }
            }
        }

        return candidates[partition].MinBy(node => (counts[node] + 1.0) / Math.Max(1, bounds[node]));
    }

    private static int PassOn(int node, int[] via, int[] chosen, int[] counts)
    {
        while (via[node] != Nobody)
        {
            var partition = via[node];
            var giver = chosen[partition];
            chosen[partition] = node;
            counts[node]++;
            counts[giver]--;
            node = giver;
        }

        return node;
    }
}
