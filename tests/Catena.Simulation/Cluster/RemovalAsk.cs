using Catena.Core.Primitives;

namespace Catena.Simulation.Cluster;

/// <summary>The controller asks a first member to drop a member.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Node">Who is to go.</param>
internal sealed record RemovalAsk(PartitionId Partition, NodeId Node);
