using Catena.Cli.Up;

namespace Catena.Cli.Tests.Up;

/// <summary>Says of nodes and cluster what a test wants.</summary>
internal sealed class FakeProbe : IClusterProbe
{
    private volatile string? _missing;
    private volatile bool _isReady = true;

    /// <summary>What the cluster lacks.</summary>
    public string? Missing
    {
        get => _missing;
        set => _missing = value;
    }

    /// <summary>Whether nodes are ready.</summary>
    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }

    /// <inheritdoc />
    public Task<string?> NodeLacksAsync(NodeLaunch node, CancellationToken cancellationToken) => Task.FromResult(IsReady ? null : "courage");

    /// <inheritdoc />
    public Task<string?> ClusterLacksAsync(IReadOnlyList<NodeLaunch> nodes, CancellationToken cancellationToken) => Task.FromResult(Missing);
}
