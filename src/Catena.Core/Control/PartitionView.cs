using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>One partition's configuration as it was read from its znode.</summary>
/// <param name="Id">The partition.</param>
/// <param name="Configuration">What the znode holds.</param>
/// <param name="ZnodeVersion">The version of the znode that held it.</param>
public sealed record PartitionView(PartitionId Id, Configuration Configuration, int ZnodeVersion);
