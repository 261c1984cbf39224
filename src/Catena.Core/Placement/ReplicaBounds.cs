namespace Catena.Core.Placement;

/// <summary>How much each node may carry, and how many replicas of one partition a zone may hold.</summary>
/// <remarks>Nodes and zones are meant by their indexes; the bounds add up to at least all replicas of all partitions.</remarks>
internal sealed class ReplicaBounds
{
    private ReplicaBounds(int replicas, int[] zoneOf, int zones, int perZone, int[] most)
    {
        Replicas = replicas;
        ZoneOf = zoneOf;
        Zones = zones;
        PerZone = perZone;
        Most = most;
    }

    /// <summary>How many replicas every partition gets; not more than there are nodes.</summary>
    public int Replicas { get; }

    /// <summary>Each node's zone.</summary>
    public int[] ZoneOf { get; }

    /// <summary>How many zones there are.</summary>
    public int Zones { get; }

    /// <summary>How many replicas of one partition a zone holds at most: the least number that leaves room for all.</summary>
    public int PerZone { get; }

    /// <summary>How many replicas each node may carry.</summary>
    public int[] Most { get; }

    /// <summary>The bounds for nodes sorted by id.</summary>
    public static ReplicaBounds Compute(ReadOnlySpan<RingNode> nodes, int partitions, int replicas, double loadFactor)
    {
        var zoneOf = new int[nodes.Length];
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var node = 0; node < nodes.Length; node++)
        {
            if (!names.TryGetValue(nodes[node].Zone, out zoneOf[node]))
            {
                names.Add(nodes[node].Zone, zoneOf[node] = names.Count);
            }
        }

        var sizes = new int[names.Count];
        var zoneWeights = new double[names.Count];
        for (var node = 0; node < nodes.Length; node++)
        {
            sizes[zoneOf[node]]++;
            zoneWeights[zoneOf[node]] += nodes[node].Weight;
        }

        var perZone = 1;
        while (sizes.Sum(size => Math.Min(size, perZone)) < replicas)
        {
            perZone++;
        }

        var zoneLimits = Array.ConvertAll(sizes, size => (double)partitions * Math.Min(size, perZone));
        var zoneShares = LoadShares.Divide((double)partitions * replicas, zoneWeights, zoneLimits);
        var most = new int[nodes.Length];
        for (var zone = 0; zone < sizes.Length; zone++)
        {
            BoundZone(nodes, zoneOf, zone, zoneShares[zone], partitions, loadFactor, most);
        }

        return new ReplicaBounds(replicas, zoneOf, sizes.Length, perZone, most);
    }

    private static void BoundZone(
        ReadOnlySpan<RingNode> nodes, int[] zoneOf, int zone, double zoneShare, int partitions, double loadFactor, int[] most)
    {
        var inside = new List<int>();
        for (var node = 0; node < nodes.Length; node++)
        {
            if (zoneOf[node] == zone)
            {
                inside.Add(node);
            }
        }

        var weights = new double[inside.Count];
        var limits = new double[inside.Count];
        for (var index = 0; index < inside.Count; index++)
        {
            weights[index] = nodes[inside[index]].Weight;
            limits[index] = partitions;
        }

        var shares = LoadShares.Divide(zoneShare, weights, limits);
        for (var index = 0; index < inside.Count; index++)
        {
            most[inside[index]] = Math.Min(partitions, LoadShares.Bound(shares[index], loadFactor));
        }
    }
}
