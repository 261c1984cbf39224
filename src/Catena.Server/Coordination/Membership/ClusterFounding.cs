using Catena.Core.Control;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Membership;

/// <summary>Creates a cluster's subtree where there is none, and refuses one that this node's data does not belong to.</summary>
/// <remarks>
/// The settings' znode decides a race: whoever creates it has created the cluster, and everybody reads it afterwards. A node that has data
/// never creates it: where the settings are missing then, the tree was wiped, or it is another tree.
/// </remarks>
internal static class ClusterFounding
{
    /// <summary>Reads the settings, having created what is missing.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="paths">Where things are.</param>
    /// <param name="options">The settings of a new cluster, and whose data this node holds.</param>
    /// <param name="owner">The cluster that this node belongs to; null where it belongs to none yet.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The settings and the version of their znode.</returns>
    /// <exception cref="CoordinationRefusedException">They are missing or of another cluster, although this node belongs to one.</exception>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public static async Task<(SettingsDocument Settings, int Version)> OpenAsync(
        ZooKeeperClient client, CoordinationPaths paths, CoordinatorOptions options, Guid? owner, ILogger logger, CancellationToken cancellationToken)
    {
        var znode = await TreeReader.ReadAsync(client, paths.Settings, cancellationToken).ConfigureAwait(false);
        if (znode.Data is null && owner is { } wiped)
        {
            throw new CoordinationRefusedException(
                $"ZooKeeper holds no settings at {paths.Settings}, but this node's data belongs to cluster {wiped}: the tree was wiped, or the "
                + "connect string or the cluster's name is wrong. A wiped tree is rebuilt from the nodes by 'catena cluster recover-metadata'.",
                isMissing: true);
        }

        await EnsureParentsAsync(client, paths, cancellationToken).ConfigureAwait(false);
        if (znode.Data is null)
        {
            var settings = NewSettings(options.NewCluster);
            if (await EnsureAsync(client, paths.Settings, DocumentCodec.Encode(settings), cancellationToken).ConfigureAwait(false))
            {
                CoordinationLog.ClusterCreated(logger, options.Cluster, settings.ClusterId, settings.Partitions, settings.Replicas, settings.MinInSync);
            }

            znode = await TreeReader.ReadAsync(client, paths.Settings, cancellationToken).ConfigureAwait(false);
        }

        return Check(znode, owner, paths);
    }

    /// <summary>Creates the znodes below which all others are, as far as they are missing.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="paths">Where things are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public static async Task EnsureParentsAsync(ZooKeeperClient client, CoordinationPaths paths, CancellationToken cancellationToken)
    {
        foreach (var path in (string[])[CoordinationPaths.Clusters, paths.Root, paths.Nodes, paths.Members, paths.Election, paths.Partitions])
        {
            await EnsureAsync(client, path, default, cancellationToken).ConfigureAwait(false);
        }
    }

    private static (SettingsDocument Settings, int Version) Check(ZnodeState znode, Guid? owner, CoordinationPaths paths)
    {
        try
        {
            var settings = DocumentCodec.DecodeSettings(znode.Data);
            if (owner is { } mine && settings.ClusterId != mine)
            {
                throw new CoordinationRefusedException(
                    $"ZooKeeper holds cluster {settings.ClusterId} at {paths.Root}, but this node's data belongs to cluster {mine}: the connect "
                    + "string or the cluster's name is wrong, or another cluster was created in this one's place.");
            }

            return (settings, znode.Version);
        }
        catch (FormatException e)
        {
            throw new CoordinationRefusedException($"The cluster's settings at {paths.Settings} cannot be read: {e.Message}.");
        }
    }

    private static SettingsDocument NewSettings(ClusterSettings settings)
    {
        settings.Validate();
        return new SettingsDocument
        {
            ClusterId = Guid.NewGuid(),
            Partitions = settings.Partitions,
            Replicas = settings.Replicas,
            MinInSync = settings.MinInSync,
            Mode = ReplicationModes.NameOf(settings.Mode),
            ExpectedNodes = settings.ExpectedNodes,
            ReReplicationDelayMilliseconds = settings.ReReplicationDelayMillis,
        };
    }

    private static async Task<bool> EnsureAsync(ZooKeeperClient client, string path, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(path, data, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
        {
            return false;
        }
    }
}
