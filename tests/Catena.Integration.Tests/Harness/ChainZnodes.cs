using System.Globalization;
using System.Text;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Integration.Tests.Harness;

/// <summary>The znodes below <c>/chain</c> by which clients of the table service find nodes.</summary>
internal sealed class ChainZnodes : IAsyncDisposable
{
    private readonly ZooKeeperClient _client;
    private readonly Dictionary<int, string> _paths = [];

    private ChainZnodes(ZooKeeperClient client) => _client = client;

    /// <summary>Makes the parent.</summary>
    internal static async Task<ChainZnodes> CreateAsync(string connectString)
    {
        var client = await ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions { ConnectString = connectString });
        await client.CreateAsync("/chain", ReadOnlyMemory<byte>.Empty);
        return new ChainZnodes(client);
    }

    /// <summary>Announces a port at the end of the chain.</summary>
    internal async Task AnnounceAsync(int port)
    {
        var data = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}\0"));
        _paths[port] = (await _client.CreateAsync("/chain/node", data, CreateMode.EphemeralSequential)).Path;
    }

    /// <summary>Takes a port out of the chain, as the end of its node's session would.</summary>
    internal async Task WithdrawAsync(int port)
    {
        await _client.DeleteAsync(_paths[port]);
        _paths.Remove(port);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
