using Catena.Core.Control;

namespace Catena.Server.Coordination;

/// <summary>What is fixed for a cluster.</summary>
/// <param name="Id">The cluster's UUID, which a node keeps in its data directory.</param>
/// <param name="Settings">Its settings.</param>
internal sealed record ClusterInfo(Guid Id, ClusterSettings Settings);
