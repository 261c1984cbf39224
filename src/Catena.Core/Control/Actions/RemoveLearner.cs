using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control.Actions;

/// <summary>
/// Take a learner that is gone or no longer wanted out of a configuration; the controller writes it itself, by compare-and-set.
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="Node">The learner.</param>
/// <param name="Next">The configuration to write.</param>
/// <param name="ZnodeVersion">The version of the partition's znode.</param>
public sealed record RemoveLearner(PartitionId Partition, NodeId Node, Configuration Next, int ZnodeVersion)
    : ControllerAction(ZnodeVersion);
