using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>What every ZooKeeper service does, embedded or Apache's, seen through the client and through bare frames.</summary>
/// <remarks>Each test works under a path of its own. To run the suite against another service, derive with another provider.</remarks>
public abstract partial class ZooKeeperConformance<TProvider>(TProvider provider) : IClassFixture<TProvider>, IAsyncLifetime
    where TProvider : class, IZooKeeperProvider
{
    private readonly List<IAsyncDisposable> _resources = [];
    private readonly string _home = "/test-" + Guid.NewGuid().ToString("N");

    private ZooKeeperClient Client { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Client = await ConnectAsync(provider.ConnectString);
        await Client.CreateAsync(_home, default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var resource in _resources.AsEnumerable().Reverse())
        {
            await resource.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<ZooKeeperClient> ConnectAsync(string connectString, int timeout = 4000)
    {
        var client = await ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions
        {
            ConnectString = connectString,
            SessionTimeout = TimeSpan.FromMilliseconds(timeout),
            ReconnectDelay = TimeSpan.FromMilliseconds(50),
        });
        _resources.Add(client);
        return client;
    }

    private Task<ZooKeeperClient> AnotherClient(int timeout = 4000) => ConnectAsync(provider.ConnectString, timeout);

    private CuttableProxy Proxy()
    {
        var proxy = new CuttableProxy(provider.ConnectString);
        _resources.Add(proxy);
        return proxy;
    }

    /// <summary>Waits until the first server, which bare sessions and relays speak to, has seen everything that was written so far.</summary>
    private async Task FirstServerCaughtUpAsync()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(1, OpCode.Sync, writer => writer.String("/"));
    }

    private string Path(string name) => $"{_home}/{name}";

    private static async Task<ErrorCode> CodeOf(Func<Task> request) => (await Assert.ThrowsAnyAsync<ZooKeeperException>(request)).Code;

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
