using Catena.Core.Primitives;

namespace Catena.Core.Control.Actions;

/// <summary>Ask a partition's first member to propose a configuration without another member, which is surplus or being drained.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="First">The first member, who is asked.</param>
/// <param name="Node">The member to leave out; never the first.</param>
/// <param name="ZnodeVersion">The version of the partition's znode.</param>
public sealed record RemoveMember(PartitionId Partition, NodeId First, NodeId Node, int ZnodeVersion) : ControllerAction(ZnodeVersion);
