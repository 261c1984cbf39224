using Catena.Server.Cluster;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination;

/// <summary>Writes what has changed between two views to the log.</summary>
internal static class ViewReport
{
    /// <summary>Writes it.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="before">The earlier view; null for none.</param>
    /// <param name="now">The view now.</param>
    public static void Write(ILogger logger, ClusterView? before, ClusterView now)
    {
        foreach (var node in now.Nodes)
        {
            var earlier = before?.Find(node.Id);
            if (earlier?.Role != node.Role || earlier.Incarnation != node.Incarnation)
            {
                CoordinationLog.RoleChanged(logger, node.Name, node.Id, node.Incarnation, earlier?.Role ?? "unknown", node.Role);
            }
        }

        foreach (var gone in before?.Nodes.Where(node => now.Find(node.Id) is null) ?? [])
        {
            CoordinationLog.NodeGone(logger, gone.Name, gone.Id);
        }

        for (var index = 0; index < now.Partitions.Length; index++)
        {
            var earlier = before is not null && index < before.Partitions.Length ? before.Partitions[index] : null;
            if (now.Partitions[index] is { } configuration && configuration != earlier)
            {
                CoordinationLog.ConfigurationChanged(logger, index, configuration);
            }
        }

        if (before is not null && before.IsAlive != now.IsAlive)
        {
            CoordinationLog.AliveChanged(logger, now.IsAlive ? "has a master" : "has no master: nobody mends it");
        }
    }
}
