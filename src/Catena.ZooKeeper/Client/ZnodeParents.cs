using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>Creates a persistent znode and those above it.</summary>
public static class ZnodeParents
{
    /// <summary>Creates, from the top, whatever of a path is missing, as persistent znodes without data that everyone may do everything with.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The paths that this created.</returns>
    /// <exception cref="ZooKeeperException">One was refused, or there was no answer.</exception>
    public static async Task<IReadOnlyList<string>> CreateAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(path);
        var made = new List<string>();
        for (var end = 0; end >= 0 && path != ZnodePath.Root;)
        {
            end = path.IndexOf('/', end + 1);
            var part = end < 0 ? path : path[..end];

            // Asked first: where only the last znode is missing, nobody needs the right to create those above it.
            if (await client.ExistsAsync(part, null, cancellationToken).ConfigureAwait(false) is not null)
            {
                continue;
            }

            try
            {
                await client.CreateAsync(part, default, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
                made.Add(part);
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
            {
                // Another client was quicker.
            }
        }

        return made;
    }
}
