using Catena.ZooKeeper.Server;

namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>The embedded server, as fast-ticking as the tests want it.</summary>
public sealed class EmbeddedProvider : IZooKeeperProvider
{
    private readonly TemporaryDirectory _directory = new();
    private EmbeddedZooKeeperServer? _server;

    public string ConnectString => _server!.EndPoint.ToString();

    public async ValueTask InitializeAsync() => _server = await EmbeddedZooKeeperServer.StartAsync(new EmbeddedZooKeeperServerOptions
    {
        DataDirectory = _directory.Path,
        TickTime = TimeSpan.FromMilliseconds(200),
        ContainerCheckInterval = TimeSpan.FromMilliseconds(200),
    });

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }
}
