namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>One server of Apache ZooKeeper, with the longest session that it gives by itself: twenty ticks.</summary>
public sealed class ApacheProvider : IZooKeeperProvider
{
    private static readonly TimeSpan TwentyTicks = TimeSpan.FromSeconds(4);

    private ApacheServer? _server;

    public string ConnectString => _server!.ConnectString;

    public async ValueTask InitializeAsync() => _server = await ApacheServer.StartAsync(TwentyTicks);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
