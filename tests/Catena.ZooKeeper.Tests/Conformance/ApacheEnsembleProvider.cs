namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>Three servers of Apache ZooKeeper; each client is with another one of them.</summary>
public sealed class ApacheEnsembleProvider : IZooKeeperProvider
{
    private ApacheEnsemble? _ensemble;

    public string ConnectString => _ensemble!.ConnectString;

    public async ValueTask InitializeAsync() => _ensemble = await ApacheEnsemble.StartAsync();

    public ValueTask DisposeAsync() => _ensemble?.DisposeAsync() ?? ValueTask.CompletedTask;
}
