using System.Collections.Concurrent;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Cluster;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Control;
using Catena.Server.Peers;

namespace Catena.Server.Tests.Coordination;

/// <summary>One node as the coordinator sees it, behind a relay of its own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private ControllerLoop? _loop;
    private bool _isGone;

    public TestNode(CoordinationWorld world, ulong id, Func<CoordinatorOptions, CoordinatorOptions>? adjust = null)
    {
        Id = new NodeId(id);
        Relay = new CuttableRelay(world.EndPoint);
        var options = new CoordinatorOptions
        {
            ConnectString = Relay.ConnectString,
            Self = Id,
            Cluster = "test",
            SessionTimeout = TimeSpan.FromMilliseconds(1000),
            RetryDelay = TimeSpan.FromMilliseconds(20),
            Fatal = Failures.Enqueue,
        };
        Coordinator = new ClusterCoordinator(adjust?.Invoke(options) ?? options, Log);
        Coordinator.Changed += Views.Enqueue;
    }

    public NodeId Id { get; }

    public CuttableRelay Relay { get; }

    public ClusterCoordinator Coordinator { get; }

    public RecordingLogger Log { get; } = new();

    public ConcurrentQueue<ClusterView> Views { get; } = new();

    public ConcurrentQueue<Exception> Failures { get; } = new();

    public ClusterView View => Coordinator.Current;

    public bool IsInOffice => _loop is { IsInOffice: true };

    public LocalNode Local(ulong incarnation = 1) => new($"node-{Id.Value}", incarnation, "127.0.0.1", 7000 + (int)Id.Value, RedisPort: 6379, Zone: "z");

    /// <summary>Opens and registers.</summary>
    public async Task<ClusterInfo> JoinAsync(ulong incarnation = 1)
    {
        var info = await Coordinator.OpenAsync();
        await Coordinator.RegisterAsync(Local(incarnation));
        return info;
    }

    public void StartController(Action<NodeId, ControllerAsk> ask, TimeSpan? interval = null) =>
        _loop = new ControllerLoop(Coordinator, ask, interval ?? TimeSpan.FromMilliseconds(100), Log);

    public Task UntilAsync(Func<ClusterView, bool> condition, string what) => Wait.UntilAsync(() => condition(View), $"node {Id.Value} saw {what}");

    public Task UntilRolesAsync(params string[] roles) => UntilAsync(
        view => view.Nodes.Select(node => node.Role).SequenceEqual(roles), $"the roles {string.Join(", ", roles)}");

    public Task UntilConfigurationAsync(int partition, Configuration configuration) =>
        UntilAsync(view => view.Partitions[partition] == configuration, $"{configuration}");

    public async ValueTask DisposeAsync()
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        if (_loop is not null)
        {
            await _loop.DisposeAsync();
        }

        await Coordinator.DisposeAsync();
        await Relay.DisposeAsync();
        Assert.Empty(Failures);
    }
}
