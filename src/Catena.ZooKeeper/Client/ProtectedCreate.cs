using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>A create that finds its own znode again after a lost connection, by an id in the name.</summary>
/// <param name="client">Creates and searches.</param>
/// <param name="path">The path without the id.</param>
/// <param name="data">The data.</param>
/// <param name="mode">What kind of znode it becomes.</param>
internal sealed class ProtectedCreate(ZooKeeperClient client, string path, ReadOnlyMemory<byte> data, CreateMode mode)
{
    private readonly string _parent = ZnodePath.Parent(path);
    private readonly string _mark = $"_c_{Guid.NewGuid()}-";

    /// <summary>Creates it, however many connections that takes.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var marked = ZnodePath.Child(_parent, _mark + ZnodePath.Name(path));
        var mayExist = false;
        while (true)
        {
            try
            {
                if (mayExist && await FindAsync(cancellationToken).ConfigureAwait(false) is { } found)
                {
                    return found;
                }

                mayExist = false;
                return (await client.CreateAsync(marked, data, mode, cancellationToken).ConfigureAwait(false)).Path;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.ConnectionLoss)
            {
                mayExist |= e.OutcomeUnknown;
                await client.WaitForConnectedAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        await client.SyncAsync(_parent, cancellationToken).ConfigureAwait(false);
        var (names, _) = await client.GetChildrenAsync(_parent, null, cancellationToken).ConfigureAwait(false);
        return names.FirstOrDefault(name => name.StartsWith(_mark, StringComparison.Ordinal)) is { } name
            ? ZnodePath.Child(_parent, name)
            : null;
    }
}
