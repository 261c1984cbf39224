using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Server.Cluster;
using Catena.Server.Metrics;
using Catena.Server.Node;
using Catena.Server.Routing;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners.Redis;

/// <summary>The listener of the Redis protocol: RESP2 and RESP3 (redis.io, "Redis serialization protocol specification").</summary>
internal sealed class RedisListener : TcpListenerHost
{
    /// <summary>The version of Redis whose commands and texts the listener follows; clients choose features by it.</summary>
    public const string RedisVersion = "7.0.15";

    private PartitionMap? _map;

    /// <summary>A listener that is not bound before it is started.</summary>
    /// <param name="endPoint">Where it listens; port 0 for any free one.</param>
    /// <param name="node">The node's settings.</param>
    /// <param name="options">The listener's limits.</param>
    /// <param name="router">Where commands go.</param>
    /// <param name="cluster">The cluster as the node sees it.</param>
    /// <param name="time">The clock by which expiry times are reckoned.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="keyCount">How many keys the partitions that this node reads hold, for INFO; null where nobody counts.</param>
    public RedisListener(
        IPEndPoint endPoint,
        NodeOptions node,
        ListenerOptions options,
        ICommandRouter router,
        IClusterView cluster,
        TimeProvider time,
        MetricsRegistry metrics,
        ILogger log,
        Func<long>? keyCount = null)
        : base("redis", endPoint, options, router, time, metrics, log)
    {
        Node = node;
        Cluster = cluster;
        KeyCount = keyCount;
        StartedAt = time.GetTimestamp();
        Limits = new RespLimits
        {
            BulkBytes = Math.Max(node.MaxValueBytes, 64 << 10),
            MessageBytes = Math.Max(options.MaxRequestBytes, Math.Max(node.MaxValueBytes, 64 << 10) + (128 << 10)),
        };
        Settings = new RedisSettings(node, options, Limits);
    }

    /// <summary>The node's settings.</summary>
    public NodeOptions Node { get; }

    /// <summary>The cluster as the node sees it.</summary>
    public IClusterView Cluster { get; }

    /// <summary>How many keys the node reads for; null where nobody counts.</summary>
    public Func<long>? KeyCount { get; }

    /// <summary>When the node started, as a timestamp of the clock.</summary>
    public long StartedAt { get; }

    /// <summary>What a client may send at most.</summary>
    public RespLimits Limits { get; }

    /// <summary>What CONFIG GET tells.</summary>
    public RedisSettings Settings { get; }

    /// <summary>The time by which expiry is reckoned, in Unix milliseconds.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    protected override ReadOnlyMemory<byte> FullReply { get; } = "-ERR max number of clients reached\r\n"u8.ToArray();

    /// <summary>Which partition holds which slots; null where the cluster has none yet.</summary>
    /// <param name="view">The cluster.</param>
    public PartitionMap? MapOf(ClusterView view)
    {
        var partitions = view.Partitions.Length;
        if (partitions == 0)
        {
            return null;
        }

        // Two threads may both make one; they are equal.
        var map = _map;
        if (map?.Partitions != partitions)
        {
            _map = map = new PartitionMap(partitions);
        }

        return map;
    }

    /// <summary>Why a key of the slot is not to be asked for here: an error to answer, or null where it may be.</summary>
    /// <param name="slot">The key's slot.</param>
    public byte[]? Redirect(ushort slot)
    {
        var view = Cluster.Current;
        var configuration = MapOf(view) is { } map ? view.Partitions[map.Of(new HashSlot(slot)).Value] : null;
        if (configuration is null)
        {
            return RespErrors.SlotNotServed.ToArray();
        }

        if (configuration.Reader == view.Self || view.Find(configuration.Reader) is not { RedisPort: > 0 } reader)
        {
            return null;
        }

        return RespErrors.Moved(slot, string.Create(CultureInfo.InvariantCulture, $"{reader.Host}:{reader.RedisPort}"));
    }

    /// <summary>The partitions that a request over all keys is about: all of them, or in cluster mode those that this node reads.</summary>
    /// <remarks>Clients of a Redis cluster ask every node and add up, so there each node speaks for itself only.</remarks>
    /// <param name="ranges">The slots of each partition, ascending.</param>
    /// <returns>False where the cluster has no partitions yet.</returns>
    public bool TryGetScope(out SlotRange[] ranges)
    {
        var view = Cluster.Current;
        if (MapOf(view) is not { } map)
        {
            ranges = [];
            return false;
        }

        ranges =
        [
            .. Enumerable.Range(0, map.Partitions)
                .Where(partition => !Node.RedisCluster || view.Partitions[partition]?.Reader == view.Self)
                .Select(partition => map.SlotsOf(new Core.Primitives.PartitionId((ushort)partition))),
        ];
        return true;
    }

    /// <inheritdoc />
    protected override ClientConnection Create(Socket socket, long id) => new RedisConnection(this, socket, id);
}
