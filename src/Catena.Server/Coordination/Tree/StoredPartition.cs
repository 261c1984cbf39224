using Catena.Core.Replication;

namespace Catena.Server.Coordination.Tree;

/// <summary>The newest configuration that is known of a partition.</summary>
/// <param name="Configuration">The configuration; never replaced by one of a lower epoch.</param>
/// <param name="Version">The version of the znode that held it.</param>
/// <param name="IsCurrent">Whether the znode held this at the last read; if not, the tree has been damaged, wiped or restored.</param>
internal sealed record StoredPartition(Configuration Configuration, int Version, bool IsCurrent);
