using Catena.Core.Primitives;

namespace Catena.Core.Control.Actions;

/// <summary>Ask a partition's first member to give its place to another member; only the first member itself proposes that.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first member, who is asked.</param>
/// <param name="NewFirst">The member that should be the first.</param>
/// <param name="ZnodeVersion">The version of the partition's znode.</param>
public sealed record HandOver(PartitionId Partition, NodeId From, NodeId NewFirst, int ZnodeVersion) : ControllerAction(ZnodeVersion);
