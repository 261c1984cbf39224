using System.Net;
using Catena.Server.Cluster;
using Catena.Server.Listeners;
using Catena.Server.Listeners.PlainText;
using Catena.Server.Listeners.Redis;
using Catena.Server.Listeners.Table;
using Catena.Server.Listeners.Thrift;
using Catena.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Node;

/// <summary>The listeners of one node for clients, one for each protocol that its settings name a port for. Not thread-safe, but for <see cref="Requests" />.</summary>
/// <param name="options">The settings.</param>
/// <param name="world">What commands go to.</param>
/// <param name="cluster">The cluster as the node sees it.</param>
/// <param name="status">Makes the node's status document.</param>
/// <param name="memoryUse">How much memory the data takes.</param>
/// <param name="metrics">Where figures are listed.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class NodeListeners(
    NodeOptions options, NodeWorld world, IClusterView cluster, Func<byte[]> status, Func<long> memoryUse, MetricsRegistry metrics, ILogger logger) : IAsyncDisposable
{
    private readonly List<TcpListenerHost> _started = [];
    private volatile Counter[] _requests = [];

    /// <summary>How many requests they have taken from clients. May be called on any thread.</summary>
    public long Requests => _requests.Sum(counter => counter.Value);

    /// <summary>Starts them all; where one fails, those before it go on until they are stopped.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound.</exception>
    public void Start()
    {
        if (options.RedisPort != 0)
        {
            Start(new RedisListener(
                At(options.RedisPort),
                options,
                options.Listeners,
                world.Transactions,
                cluster,
                TimeProvider.System,
                metrics,
                logger,
                () => world.Core.Hosts.Where(host => host.IsReader).Sum(host => host.DefaultKeys),
                world.PubSub,
                memoryUse));
        }

        if (options.ThriftPort != 0)
        {
            Start(new ThriftListener(
                At(options.ThriftPort),
                options.Listeners with { AllowsReplicate = options.ThriftReplicate },
                world.Transactions,
                world.Tables,
                cluster,
                status,
                TimeProvider.System,
                metrics,
                logger));
        }

        if (options.TablePort != 0)
        {
            Start(new TableListener(
                At(options.TablePort), options.TableStats, options.Listeners, world.Transactions, cluster, TimeProvider.System, metrics, logger));
        }

        if (options.TextPort != 0)
        {
            Start(new PlainTextListener(At(options.TextPort), options.Listeners, world.Transactions, TimeProvider.System, metrics, logger));
        }
    }

    /// <summary>Accepts no more, and answers what is under way.</summary>
    /// <param name="deadline">When it is cancelled, what is still open is closed at once.</param>
    public Task StopAsync(CancellationToken deadline) => Task.WhenAll(_started.Select(listener => listener.StopAsync(deadline)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _started)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private IPEndPoint At(int port) => new(options.Bind, port);

    private void Start(TcpListenerHost listener)
    {
        _started.Add(listener);
        _requests = [.. _requests, listener.Metrics.Requests];
        listener.Start(world.Transport.Replication);
    }
}
