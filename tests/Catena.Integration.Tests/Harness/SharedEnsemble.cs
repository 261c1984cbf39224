namespace Catena.Integration.Tests.Harness;

/// <summary>One ensemble for all tests of a class, each of which uses a chroot of its own and finds all servers running.</summary>
public sealed class SharedEnsemble : IAsyncLifetime
{
    private ApacheEnsemble? _ensemble;

    internal ApacheEnsemble Ensemble => _ensemble!;

    public async ValueTask InitializeAsync() => _ensemble = await ApacheEnsemble.StartAsync();

    public ValueTask DisposeAsync() => _ensemble?.DisposeAsync() ?? ValueTask.CompletedTask;
}
