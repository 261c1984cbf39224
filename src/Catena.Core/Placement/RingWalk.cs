namespace Catena.Core.Placement;

/// <summary>The ring's points, and the order in which a partition meets the nodes when it walks the ring clockwise.</summary>
/// <remarks>Nodes are meant by their index in the list sorted by id. The order is found only as far as it is asked for.</remarks>
internal sealed class RingWalk
{
    private readonly ulong[] _points;
    private readonly int[] _owners;
    private readonly int[] _order;
    private readonly int[] _metBy;
    private int _met;
    private int _position;
    private int _walk;

    /// <summary>The ring of <paramref name="nodes" />, each with points in proportion to its weight.</summary>
    public RingWalk(ReadOnlySpan<RingNode> nodes, int virtualNodes)
    {
        var counts = new int[nodes.Length];
        var total = 0;
        for (var node = 0; node < nodes.Length; node++)
        {
            var scaled = (long)virtualNodes * nodes[node].Weight / RingNode.OrdinaryWeight;
            counts[node] = (int)Math.Max(1, scaled);
            total = checked(total + counts[node]);
        }

        _points = new ulong[total];
        _owners = new int[total];
        var next = 0;
        for (var node = 0; node < nodes.Length; node++)
        {
            for (var index = 0; index < counts[node]; index++)
            {
                _points[next] = RingHash.OfVirtualNode(nodes[node].Id.Value, index);
                _owners[next++] = node;
            }
        }

        Array.Sort(_points, _owners);
        _order = new int[nodes.Length];
        _metBy = new int[nodes.Length];
    }

    /// <summary>Goes to where <paramref name="partition" /> stands on the ring.</summary>
    public void Start(int partition)
    {
        var at = Array.BinarySearch(_points, RingHash.OfPartition(partition));
        _position = at >= 0 ? at : ~at;
        _met = 0;
        _walk++;
    }

    /// <summary>
    /// The node that is met as number <paramref name="rank" /> (from 0) of the nodes on this walk; each node is met once.
    /// </summary>
    public int NodeAt(int rank)
    {
        while (_met <= rank)
        {
            var owner = _owners[_position == _points.Length ? _position = 0 : _position];
            _position++;
            if (_metBy[owner] != _walk)
            {
                _metBy[owner] = _walk;
                _order[_met++] = owner;
            }
        }

        return _order[rank];
    }
}
