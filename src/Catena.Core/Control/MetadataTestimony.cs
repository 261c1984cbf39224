using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>What one node knows of the cluster's configurations, without the coordinator.</summary>
/// <param name="Node">The node.</param>
/// <param name="Configurations">The newest configuration that it knows of each partition; its own replicas' are durable.</param>
public sealed record MetadataTestimony(NodeId Node, ImmutableDictionary<PartitionId, Configuration> Configurations);
