using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>Tells what a node knows of its cluster without the coordinator, so that a lost tree can be rebuilt. Any thread may ask.</summary>
/// <param name="storage">What the node holds on disk.</param>
/// <param name="coordinator">What it has read of the tree in this life.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="self">The node.</param>
/// <param name="local">What it would tell about itself.</param>
internal sealed class NodeMetadata(NodeStorage storage, ClusterCoordinator coordinator, string cluster, NodeId self, LocalNode local)
{
    /// <summary>The node's core; null until it runs.</summary>
    public NodeCore? Core { get; set; }

    /// <summary>The answer to <c>GET /metadata</c>: docs/coordination.md describes it.</summary>
    public ReadOnlyMemory<byte> Tell()
    {
        var (nodes, read) = coordinator.Knowledge();
        var newest = new SortedDictionary<PartitionId, Configuration>(read.ToDictionary());
        foreach (var (partition, configuration) in OwnConfigurations())
        {
            if (!newest.TryGetValue(partition, out var known) || configuration.Epoch > known.Epoch)
            {
                newest[partition] = configuration;
            }
        }

        var settings = NodeRecord.Read(storage.NodeRecord.Span).ClusterSettings;
        return DocumentCodec.Encode(new MetadataDocument
        {
            Cluster = cluster,
            ClusterId = storage.Identity?.Cluster,
            Node = local.Registration(self),
            IsConnected = coordinator.IsConnected,
            Settings = settings.IsEmpty ? null : DocumentCodec.DecodeSettings(settings.Span),
            Nodes = nodes,
            Partitions = newest.ToDictionary(pair => pair.Key.ToString(), pair => DocumentCodec.ToDocument(pair.Value)),
        });
    }

    /// <summary>The configurations that this node's replicas have learnt of: from the replicas where they run, otherwise from what is durable.</summary>
    private IEnumerable<(PartitionId Partition, Configuration Configuration)> OwnConfigurations()
    {
        var own = Core is { } core
            ? core.Hosts.Select(host => (host.Id, host.Status.Configuration))
            : storage.Partitions.Select(store => (store.Id, ReplicaRecord.Read(store.ReplicaState.Span).Configuration));
        return own.Where(pair => pair.Configuration is not null).Select(pair => (pair.Id, pair.Configuration!));
    }
}
