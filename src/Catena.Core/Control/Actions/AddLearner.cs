using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control.Actions;

/// <summary>Let a node become a learner of a partition; the controller writes it itself, by compare-and-set.</summary>
/// <remarks>Whether and when the learner becomes a member is for the partition's first member to propose.</remarks>
/// <param name="Partition">The partition.</param>
/// <param name="Node">The new learner.</param>
/// <param name="Incarnation">The node's incarnation when this was decided.</param>
/// <param name="Next">The configuration to write.</param>
/// <param name="ZnodeVersion">The version of the partition's znode.</param>
public sealed record AddLearner(PartitionId Partition, NodeId Node, ulong Incarnation, Configuration Next, int ZnodeVersion)
    : ControllerAction(ZnodeVersion);
