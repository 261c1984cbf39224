using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control.Actions;

/// <summary>Create the znode of a partition of a new cluster; the controller writes it itself.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Initial">Its first configuration, of epoch 1.</param>
public sealed record CreatePartition(PartitionId Partition, Configuration Initial) : ControllerAction(MustNotExist);
