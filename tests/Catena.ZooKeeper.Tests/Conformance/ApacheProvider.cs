namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>One server of Apache ZooKeeper.</summary>
public sealed class ApacheProvider : IZooKeeperProvider
{
    private ApacheServer? _server;

    public string ConnectString => _server!.ConnectString;

    public async ValueTask InitializeAsync() => _server = await ApacheServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
