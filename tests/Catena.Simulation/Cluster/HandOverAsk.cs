using Catena.Core.Primitives;

namespace Catena.Simulation.Cluster;

/// <summary>The controller asks a first member to hand its place over.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="To">Who is to be first.</param>
internal sealed record HandOverAsk(PartitionId Partition, NodeId To);
