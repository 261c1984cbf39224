using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>A message with its sender and receiver.</summary>
/// <param name="From">Who sends.</param>
/// <param name="To">Who is to receive.</param>
/// <param name="Partition">The partition that both have a replica of.</param>
/// <param name="Message">What is said.</param>
public readonly record struct Envelope(NodeId From, NodeId To, PartitionId Partition, ReplicaMessage Message);
