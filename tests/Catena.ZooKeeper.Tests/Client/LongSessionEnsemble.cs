namespace Catena.ZooKeeper.Tests.Client;

/// <summary>An ensemble whose sessions outlive the time that it takes to start again.</summary>
public sealed class LongSessionEnsemble : IAsyncLifetime
{
    internal static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(60);

    private ApacheEnsemble? _ensemble;

    internal ApacheEnsemble Ensemble => _ensemble!;

    public async ValueTask InitializeAsync() => _ensemble = await ApacheEnsemble.StartAsync(longestSession: SessionTimeout);

    public ValueTask DisposeAsync() => _ensemble?.DisposeAsync() ?? ValueTask.CompletedTask;
}
