using System.Diagnostics;

namespace Catena.Core.Placement;

/// <summary>One run of the ring's placement: every partition's distinct nodes, within the bounds.</summary>
/// <remarks>
/// Partitions are placed one after another. Near the end the only nodes with room may be ones that the partition already has, or whose zones it has filled.
/// Then one exchange makes room: an earlier partition gives a node with none to spare to this one, and takes one with room instead.
/// Such an exchange always exists once zones are left aside: let p have fewer replicas than asked for and let only nodes of p have room. If every earlier partition
/// held every such node, these nodes could take at most one replica of each partition to come, which is less than the
/// bounds leave room for. So some earlier q lacks such a node u; and having more nodes than p, it has a v that p lacks.
/// </remarks>
internal sealed class ReplicaPlacement
{
    private readonly RingWalk _walk;
    private readonly ReplicaBounds _bounds;
    private readonly int[][] _replicas;
    private readonly int[] _room;

    /// <summary>A run that has placed nothing yet.</summary>
    public ReplicaPlacement(RingWalk walk, ReplicaBounds bounds, int partitions)
    {
        _walk = walk;
        _bounds = bounds;
        _replicas = new int[partitions][];
        _room = (int[])bounds.Most.Clone();
    }

    /// <summary>Every partition's nodes, in the order in which it took them.</summary>
    public int[][] PlaceAll()
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            Place(partition);
        }

        return _replicas;
    }

    private void Place(int partition)
    {
        var taken = new List<int>(_bounds.Replicas);
        _walk.Start(partition);
        for (var perZone = 1; perZone <= _bounds.PerZone && taken.Count < _bounds.Replicas; perZone++)
        {
            WalkOnce(taken, perZone);
        }

        while (taken.Count < _bounds.Replicas && Exchange(partition, taken, keepZones: true))
        {
        }

        if (taken.Count < _bounds.Replicas)
        {
            WalkOnce(taken, _bounds.Replicas);
        }

        while (taken.Count < _bounds.Replicas)
        {
            if (!Exchange(partition, taken, keepZones: false))
            {
                throw new UnreachableException("The bounds leave room for every replica, so an exchange exists.");
            }
        }

        _replicas[partition] = [.. taken];
    }

    /// <summary>Takes what has room, in the order of the walk, up to the given number of replicas in a zone.</summary>
    private void WalkOnce(List<int> taken, int perZone)
    {
        for (var rank = 0; rank < _room.Length && taken.Count < _bounds.Replicas && taken.Count < _bounds.Zones * perZone; rank++)
        {
            var node = _walk.NodeAt(rank);
            if (_room[node] > 0 && !taken.Contains(node) && CountZone(taken, _bounds.ZoneOf[node]) < perZone)
            {
                taken.Add(node);
                _room[node]--;
            }
        }
    }

    private bool Exchange(int partition, List<int> taken, bool keepZones)
    {
        for (var other = partition - 1; other >= 0; other--)
        {
            var replicas = _replicas[other];
            for (var place = 0; place < replicas.Length; place++)
            {
                var given = replicas[place];
                if (taken.Contains(given) || (keepZones && CountZone(taken, _bounds.ZoneOf[given]) >= _bounds.PerZone))
                {
                    continue;
                }

                var received = FindWithRoom(replicas, given, keepZones);
                if (received >= 0)
                {
                    replicas[place] = received;
                    _room[received]--;
                    taken.Add(given);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A node with room that may stand in for <paramref name="given" /> among <paramref name="replicas" />; or -1.</summary>
    private int FindWithRoom(int[] replicas, int given, bool keepZones)
    {
        for (var node = 0; node < _room.Length; node++)
        {
            if (_room[node] > 0 && !replicas.Contains(node))
            {
                var zone = _bounds.ZoneOf[node];
                var inZone = CountZone(replicas, zone) - (_bounds.ZoneOf[given] == zone ? 1 : 0);
                if (!keepZones || inZone < _bounds.PerZone)
                {
                    return node;
                }
            }
        }

        return -1;
    }

    private int CountZone(IReadOnlyList<int> nodes, int zone)
    {
        var count = 0;
        for (var index = 0; index < nodes.Count; index++)
        {
            count += _bounds.ZoneOf[nodes[index]] == zone ? 1 : 0;
        }

        return count;
    }
}
