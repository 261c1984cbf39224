using Catena.Server.Partitions;

namespace Catena.Server.Node;

/// <summary>Partitions whose turn's end was left to the thread that flushes the journal.</summary>
/// <remarks>
/// The flush that their entries wait for would have them seen to in any case (<see cref="NodeCore.Flushed" />); from here they are so before it, so that other nodes sync at the same time as this one. Thread-safe.
/// </remarks>
internal sealed class LeftPartitions
{
    private readonly Lock _gate = new();
    private readonly List<PartitionHost> _hosts = [];
    private volatile bool _isAny;

    /// <summary>Whether any are left here.</summary>
    internal bool IsAny => _isAny;

    /// <summary>Leaves a partition.</summary>
    internal void Add(PartitionHost host)
    {
        lock (_gate)
        {
            _hosts.Add(host);
            _isAny = true;
        }
    }

    /// <summary>Takes all that were left, in the order in which they were.</summary>
    internal void MoveTo(List<PartitionHost> hosts)
    {
        if (_isAny)
        {
            lock (_gate)
            {
                hosts.AddRange(_hosts);
                _hosts.Clear();
                _isAny = false;
            }
        }
    }
}
