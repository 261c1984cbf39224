using System.Collections;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Bench.Classic;

/// <summary>The server whose znode has the smallest name under a path, as the one node of a load, wherever it is at the moment.</summary>
/// <remarks>
/// The children are watched, and looked at again when they change. Where there are none, or ZooKeeper is away, the last known address stays. Thread-safe.
/// </remarks>
/// <param name="client">The session.</param>
/// <param name="path">The parent of the servers' znodes.</param>
internal sealed class AnnouncedNode(ZooKeeperClient client, string path) : IReadOnlyList<HostPort>
{
    private volatile object? _address;

    /// <summary>Whether a server has been found.</summary>
    public bool IsKnown => _address is not null;

    /// <inheritdoc />
    public int Count => 1;

    /// <inheritdoc />
    public HostPort this[int index] => _address is HostPort known ? known : throw new InvalidOperationException("no server has been found yet");

    /// <summary>Looks for the server, and again whenever the children change.</summary>
    /// <exception cref="ZooKeeperException">ZooKeeper refused, or cannot be reached.</exception>
    public async Task FindAsync()
    {
        var (names, _) = await client.GetChildrenAsync(path, _ => LookAgain()).ConfigureAwait(false);
        if (names.Order(StringComparer.Ordinal).FirstOrDefault() is not { } smallest)
        {
            return;
        }

        try
        {
            var (data, _) = await client.GetDataAsync($"{path.TrimEnd('/')}/{smallest}").ConfigureAwait(false);
            if (HostPort.TryParse(Encoding.ASCII.GetString(data).TrimEnd('\0'), out var address))
            {
                _address = address;
            }
        }
        catch (ZooKeeperException gone) when (gone.Code == Catena.ZooKeeper.Protocol.ErrorCode.NoNode)
        {
            // It went away in between; the watch tells.
        }
    }

    /// <inheritdoc />
    public IEnumerator<HostPort> GetEnumerator()
    {
        yield return this[0];
    }

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void LookAgain() => _ = Task.Run(async () =>
    {
        try
        {
            await FindAsync().ConfigureAwait(false);
        }
        catch (ZooKeeperException)
        {
            // The session is away or over: the last known address has to do.
        }
    });
}
