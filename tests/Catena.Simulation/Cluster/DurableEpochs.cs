using Catena.Core.Primitives;
using Catena.Server.Partitions;

namespace Catena.Simulation.Cluster;

/// <summary>Which epoch of each partition a node certainly knows of still when it restarts.</summary>
internal sealed class DurableEpochs
{
    private const int MostPartitions = 16;

    private readonly Epoch[] _durable = new Epoch[MostPartitions];
    private readonly Epoch[] _flushed = new Epoch[MostPartitions];

    /// <summary>The epoch of a partition.</summary>
    internal Epoch this[PartitionId partition] => _durable[partition.Value];

    /// <summary>Takes what stands on the disk when a process begins.</summary>
    internal void Begin(IEnumerable<PartitionHost> hosts) => Note(hosts, _durable);

    /// <summary>The journal begins to be flushed: what is known by now is durable afterwards.</summary>
    internal void FlushBegins(IEnumerable<PartitionHost> hosts) => Note(hosts, _flushed);

    /// <summary>The journal has been flushed.</summary>
    internal void FlushEnded() => _flushed.CopyTo(_durable, 0);

    private static void Note(IEnumerable<PartitionHost> hosts, Epoch[] epochs)
    {
        foreach (var host in hosts)
        {
            epochs[host.Id.Value] = host.Status.Epoch;
        }
    }
}
