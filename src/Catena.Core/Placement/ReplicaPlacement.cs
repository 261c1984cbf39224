using System.Diagnostics;

namespace Catena.Core.Placement;

/// <summary>One run of the ring's placement: every partition's distinct nodes, within the bounds of nodes and zones.</summary>
/// <remarks>
/// Partitions are placed one after another. Near the end the only nodes with room may be ones that the partition already has, or whose
/// zones it has filled. Then earlier partitions make room along a chain: the first gives a node to this one and takes another, which the
/// second gives up, and so on to a node with room. This is the augmenting path of a flow from partitions by zones to nodes. Such a path
/// always exists: dividing every partition alike by the shares is a flow that carries all replicas and keeps all bounds, so nothing
/// less is the greatest flow (Ford and Fulkerson, 1956), and there is an integral one.
/// </remarks>
internal sealed class ReplicaPlacement
{
    private const int Nothing = -1;
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

        while (taken.Count < _bounds.Replicas)
        {
            MakeRoom(partition, taken);
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

    /// <summary>Takes one more node for the partition, along the shortest chain of exchanges that ends at a node with room.</summary>
    private void MakeRoom(int partition, List<int> taken)
    {
        // Breadth first: via[w] is the partition that would take w, and the node that it would give up for it. As every node that a
        // partition could take is met when it is met first, no shortest chain changes one zone of a partition twice.
        var via = new (int Taker, int GivenUp)[_room.Length];
        var seen = new bool[_room.Length];
        var queue = new Queue<int>();
        Meet(partition, taken, Nothing);
        while (queue.TryDequeue(out var node))
        {
            if (_room[node] > 0)
            {
                Exchange(partition, taken, via, node);
                return;
            }

            for (var other = 0; other < partition; other++)
            {
                if (_replicas[other].Contains(node))
                {
                    Meet(other, _replicas[other], node);
                }
            }

            if (taken.Contains(node))
            {
                Meet(partition, taken, node);
            }
        }

        throw new UnreachableException("The bounds leave room for every replica.");

        void Meet(int taker, IReadOnlyList<int> replicas, int givenUp)
        {
            for (var node = 0; node < _room.Length; node++)
            {
                if (!seen[node] && !replicas.Contains(node) && HasZoneRoom(replicas, node, givenUp))
                {
                    seen[node] = true;
                    via[node] = (taker, givenUp);
                    queue.Enqueue(node);
                }
            }
        }
    }

    private void Exchange(int partition, List<int> taken, (int Taker, int GivenUp)[] via, int node)
    {
        _room[node]--;
        while (true)
        {
            var (taker, givenUp) = via[node];
            if (givenUp == Nothing)
            {
                taken.Add(node);
                return;
            }

            IList<int> replicas = taker == partition ? taken : _replicas[taker];
            replicas[replicas.IndexOf(givenUp)] = node;
            node = givenUp;
        }
    }

    private bool HasZoneRoom(IReadOnlyList<int> replicas, int node, int givenUp)
    {
        var zone = _bounds.ZoneOf[node];
        var freed = givenUp != Nothing && _bounds.ZoneOf[givenUp] == zone ? 1 : 0;
        return CountZone(replicas, zone) - freed < _bounds.PerZone;
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
