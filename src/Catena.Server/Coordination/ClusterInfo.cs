using Catena.Core.Control;
using Catena.Server.Coordination.Documents;

namespace Catena.Server.Coordination;

/// <summary>What is fixed for a cluster.</summary>
/// <param name="Id">The cluster's UUID, which a node keeps in its data directory.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Document">The settings as the coordinator holds them; a node keeps a copy with its data.</param>
internal sealed record ClusterInfo(Guid Id, ClusterSettings Settings, SettingsDocument Document);
