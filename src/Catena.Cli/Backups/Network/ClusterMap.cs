using Catena.Cli.CommandLine;
using Catena.Cli.Status;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Network;

/// <summary>Which node serves which partition, as one node sees it.</summary>
internal sealed class ClusterMap
{
    private readonly HostPort?[] _firsts;
    private readonly ulong?[] _epochs;
    private readonly PartitionMap _partitions;

    private ClusterMap(StatusDocument status, Guid id)
    {
        Id = id;
        Name = status.Cluster.Name;
        var addresses = status.Nodes.Where(node => node.State == "alive").ToDictionary(node => node.Id, node => AddressOf(node.Addresses.Http));
        Nodes = [.. addresses.Values.OfType<HostPort>().OrderBy(node => node.ToString(), StringComparer.Ordinal)];
        _firsts = [.. status.Partitions.Select(partition => partition.IsPlaced ? addresses.GetValueOrDefault(partition.Members[0]) : null)];
        _epochs = [.. status.Partitions.Select(partition => partition.Epoch)];
        _partitions = new PartitionMap(_firsts.Length);
    }

    /// <summary>The cluster's identity.</summary>
    public Guid Id { get; }

    /// <summary>The cluster's name.</summary>
    public string Name { get; }

    /// <summary>The HTTP addresses of all nodes that are alive.</summary>
    public IReadOnlyList<HostPort> Nodes { get; }

    /// <summary>How many partitions there are.</summary>
    public int Partitions => _firsts.Length;

    /// <summary>What a node's status says.</summary>
    /// <returns>Null where it does not say enough: no identity, or no partition.</returns>
    public static ClusterMap? Of(StatusDocument status) =>
        Guid.TryParse(status.Cluster.Id, out var id) && status.Partitions.Count > 0 ? new ClusterMap(status, id) : null;

    /// <summary>The HTTP address of a partition's first member; null where it is not known.</summary>
    public HostPort? FirstOf(PartitionId partition) => _firsts[partition.Value];

    /// <summary>The partition that holds a slot.</summary>
    public PartitionId Of(HashSlot slot) => _partitions.Of(slot);

    /// <summary>The epoch of a partition; 0 before the first.</summary>
    public ulong EpochOf(PartitionId partition) => _epochs[partition.Value] ?? 0;

    private static HostPort? AddressOf(string? text) => text is not null && HostPort.TryParse(text, out var address) ? address : null;
}
