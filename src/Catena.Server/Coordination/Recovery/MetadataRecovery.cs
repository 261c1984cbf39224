using System.Globalization;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Membership;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Recovery;

/// <summary>Rebuilds the coordinator's tree of a cluster from what its nodes know, after it was wiped or set back in time.</summary>
/// <remarks>
/// <para>
/// Nodes go by configurations that they keep themselves, and refuse a tree that is missing or older; so they keep serving, or wait, while this
/// runs. The settings are written last: until they stand, no node looks at the rest. A recovery that was interrupted is simply run again.
/// </para>
/// <para>
/// What stands is never overwritten but by a newer configuration of the same cluster, by compare-and-set. See
/// <see cref="MetadataRecoveryPlanner" /> for why the configurations are the right ones.
/// </para>
/// </remarks>
public static class MetadataRecovery
{
    private const int ReadWindow = 256;

    /// <summary>Recovers, or says what would be done.</summary>
    /// <param name="options">How.</param>
    /// <param name="answers">The nodes' answers to <c>GET /metadata</c>.</param>
    /// <param name="logger">Where ZooKeeper's client logs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MetadataRecoveryException">It would not be safe, or there is nothing to recover; nothing was written.</exception>
    /// <exception cref="ZooKeeperException">ZooKeeper cannot be reached, or somebody else writes too; run it again.</exception>
    /// <exception cref="ArgumentException">The cluster's name is malformed.</exception>
    /// <exception cref="FormatException">The connect string is malformed.</exception>
    public static async Task<MetadataRecoveryResult> RunAsync(
        MetadataRecoveryOptions options, IEnumerable<ReadOnlyMemory<byte>> answers, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(answers);
        var paths = new CoordinationPaths(options.Cluster);
        var testimonies = new Testimonies(answers, options.Cluster);
        var client = await ZooKeeperClient.ConnectAsync(
            new ZooKeeperClientOptions { ConnectString = options.ZooKeeper, ConnectTimeout = options.Timeout, CreatesChroot = true, Logger = logger },
            cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            var settings = await TreeReader.ReadAsync(client, paths.Settings, cancellationToken).ConfigureAwait(false);
            CheckTree(settings, testimonies, paths);
            var standing = await ReadStandingAsync(client, paths, testimonies.Settings.Partitions, cancellationToken).ConfigureAwait(false);
            var plan = Plan(testimonies, options, settings.Data is null, standing, paths);
            var registered = await ReadChildrenAsync(client, paths.Nodes, cancellationToken).ConfigureAwait(false);
            var missing = testimonies.Registrations.Where(node => !registered.Contains(node.Key.ToString())).ToList();
            if (!options.DryRun)
            {
                await ClusterFounding.EnsureParentsAsync(client, paths, cancellationToken).ConfigureAwait(false);
                foreach (var (id, document) in missing)
                {
                    await client.CreateAsync(paths.NodeOf(id), DocumentCodec.Encode(document), CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
                }

                await WriteAsync(client, paths, plan, standing, cancellationToken).ConfigureAwait(false);
                if (settings.Data is null)
                {
                    await client.CreateAsync(
                        paths.Settings, DocumentCodec.Encode(testimonies.Settings), CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
                }
            }

            return new MetadataRecoveryResult(
                testimonies.Settings.ClusterId, settings.Data is null, plan, [.. missing.Select(node => node.Value.Name).Order(StringComparer.Ordinal)]);
        }
    }

    /// <summary>Refuses a tree that is another cluster's, and one that the nodes do not miss.</summary>
    private static void CheckTree(ZnodeState settings, Testimonies testimonies, CoordinationPaths paths)
    {
        if (settings.Data is null)
        {
            if (testimonies.Connected.FirstOrDefault() is { } content)
            {
                throw new MetadataRecoveryException(
                    $"{content} is connected to a ZooKeeper that holds its cluster: nothing has to be recovered, or this is another ZooKeeper than the nodes'");
            }

            return;
        }

        Guid found;
        try
        {
            found = DocumentCodec.DecodeSettings(settings.Data).ClusterId;
        }
        catch (FormatException e)
        {
            throw new MetadataRecoveryException($"ZooKeeper holds settings at {paths.Settings} that cannot be read ({e.Message}); delete that znode if they are of no use");
        }

        if (found != testimonies.Settings.ClusterId)
        {
            throw new MetadataRecoveryException(
                $"ZooKeeper holds another cluster at {paths.Root}: {found}, not {testimonies.Settings.ClusterId}. If it was created by mistake, in this one's place, "
                + $"stop its nodes and delete that subtree ('deleteall {paths.Root}' in ZooKeeper's own shell); otherwise give another --cluster or --zookeeper");
        }
    }

    /// <summary>Plans. Without settings nothing in the tree is known to be this cluster's but what an earlier, interrupted recovery has written.</summary>
    private static MetadataPlan Plan(
        Testimonies testimonies,
        MetadataRecoveryOptions options,
        bool isNewTree,
        Dictionary<PartitionId, (Configuration Configuration, int Version)> standing,
        CoordinationPaths paths)
    {
        var plan = MetadataRecoveryPlanner.Make(
            testimonies.Settings.Partitions,
            testimonies.Settings.MinInSync,
            testimonies.Configurations,
            isNewTree ? new Dictionary<PartitionId, Configuration>() : standing.ToDictionary(pair => pair.Key, pair => pair.Value.Configuration),
            testimonies.Find(options.Gone),
            options.AcceptDataLoss,
            testimonies.NameOf);
        if (!plan.Objections.IsEmpty)
        {
            throw new MetadataRecoveryException(string.Join('\n', plan.Objections));
        }

        if (isNewTree && standing.FirstOrDefault(pair => plan.Writes.GetValueOrDefault(pair.Key) != pair.Value.Configuration) is { Value.Configuration: { } foreign } left)
        {
            throw new MetadataRecoveryException(
                $"ZooKeeper holds no settings of the cluster, but a configuration at {paths.PartitionOf(left.Key)} that is not what the nodes know ({foreign}): "
                + $"it was left over from something else. Delete what is below {paths.Partitions} first");
        }

        return plan;
    }

    private static async Task<Dictionary<PartitionId, (Configuration Configuration, int Version)>> ReadStandingAsync(
        ZooKeeperClient client, CoordinationPaths paths, int partitions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<PartitionId, (Configuration, int)>();
        var znodes = await TreeReader.ReadManyAsync(
            client,
            Enumerable.Range(0, partitions).Select(number => paths.PartitionOf(new PartitionId((ushort)number))),
            ReadWindow,
            cancellationToken).ConfigureAwait(false);
        foreach (var (number, znode) in znodes.Index())
        {
            if (znode.Data is null)
            {
                continue;
            }

            try
            {
                found[new PartitionId((ushort)number)] = (DocumentCodec.DecodeConfiguration(znode.Data), znode.Version);
            }
            catch (FormatException e)
            {
                throw new MetadataRecoveryException(string.Create(
                    CultureInfo.InvariantCulture, $"ZooKeeper holds a configuration at {znode.Path} that cannot be read ({e.Message}); delete that znode"));
            }
        }

        return found;
    }

    private static async Task<HashSet<string>> ReadChildrenAsync(ZooKeeperClient client, string parent, CancellationToken cancellationToken)
    {
        try
        {
            var (names, _) = await client.GetChildrenAsync(parent, null, cancellationToken).ConfigureAwait(false);
            return [.. names];
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
        {
            return [];
        }
    }

    private static async Task WriteAsync(
        ZooKeeperClient client,
        CoordinationPaths paths,
        MetadataPlan plan,
        Dictionary<PartitionId, (Configuration Configuration, int Version)> standing,
        CancellationToken cancellationToken)
    {
        foreach (var (partition, configuration) in plan.Writes)
        {
            var (path, data) = (paths.PartitionOf(partition), DocumentCodec.Encode(configuration));
            if (!standing.TryGetValue(partition, out var old))
            {
                await client.CreateAsync(path, data, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
            }
            else if (old.Configuration != configuration)
            {
                await client.SetDataAsync(path, data, old.Version, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
