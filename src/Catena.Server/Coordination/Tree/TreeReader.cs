using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Coordination.Tree;

/// <summary>Reads znodes of a cluster's subtree.</summary>
internal static class TreeReader
{
    /// <summary>Reads one znode.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="path">The znode.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public static async Task<ZnodeState> ReadAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (data, stat) = await client.GetDataAsync(path, null, cancellationToken).ConfigureAwait(false);
            return new ZnodeState(path, data, stat.Version);
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
        {
            return new ZnodeState(path, null, 0);
        }
    }

    /// <summary>Reads everything below the parents of a cluster's subtree, the settings aside.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="paths">Where things are.</param>
    /// <param name="window">How many znodes are asked for at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ZooKeeperException">There was no answer, or a parent is missing.</exception>
    public static async Task<IReadOnlyList<ZnodeState>> ReadAllAsync(
        ZooKeeperClient client, CoordinationPaths paths, int window, CancellationToken cancellationToken)
    {
        var all = new List<ZnodeState>();
        foreach (var parent in (string[])[paths.Nodes, paths.Members, paths.Election, paths.Partitions])
        {
            var (names, _) = await client.GetChildrenAsync(parent, null, cancellationToken).ConfigureAwait(false);
            var children = names.Select(name => CoordinationPaths.ChildOf(parent, name));
            all.AddRange(await ReadManyAsync(client, children, window, cancellationToken).ConfigureAwait(false));
        }

        all.RemoveAll(znode => znode.Data is null);
        return all;
    }

    /// <summary>Reads some znodes.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="paths">The znodes.</param>
    /// <param name="window">How many are asked for at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public static async Task<IReadOnlyList<ZnodeState>> ReadManyAsync(
        ZooKeeperClient client, IEnumerable<string> paths, int window, CancellationToken cancellationToken)
    {
        var znodes = new List<ZnodeState>();
        foreach (var portion in paths.Chunk(window))
        {
            var reads = portion.Select(path => ReadAsync(client, path, cancellationToken));
            znodes.AddRange(await Task.WhenAll(reads).ConfigureAwait(false));
        }

        return znodes;
    }
}
