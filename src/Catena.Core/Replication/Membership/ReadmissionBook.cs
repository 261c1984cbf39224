using Catena.Core.Primitives;

namespace Catena.Core.Replication.Membership;

/// <summary>Makes a replica that is dropped again and again wait longer each time before it is promoted.</summary>
internal sealed class ReadmissionBook(ReplicaOptions options)
{
    private readonly Dictionary<NodeId, (int Drops, long NotBefore)> _book = [];

    internal void Dropped(NodeId node, long now)
    {
        var drops = _book.GetValueOrDefault(node).Drops + 1;
        var delay = options.MaxReadmissionDelay;
        if (drops < 16)
        {
            delay = Math.Min(delay, options.ReadmissionDelay << (drops - 1));
        }

        _book[node] = (drops, now + delay);
    }

    internal bool Allows(NodeId node, long now)
    {
        if (!_book.TryGetValue(node, out var entry))
        {
            return true;
        }

        if (now >= entry.NotBefore + (2 * options.MaxReadmissionDelay))
        {
            _book.Remove(node);
            return true;
        }

        return now >= entry.NotBefore;
    }
}
