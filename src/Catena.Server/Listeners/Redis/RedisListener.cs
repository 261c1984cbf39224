using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Catena.Core.Placement;
using Catena.Core.Replication;
using Catena.Protocols.Resp;
using Catena.Server.Cluster;
using Catena.Server.Listeners.Redis.Settings;
using Catena.Server.Listeners.Redis.Statistics;
using Catena.Server.Metrics;
using Catena.Server.Node;
using Catena.Server.Platform;
using Catena.Server.PubSub;
using Catena.Server.Routing;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners.Redis;

/// <summary>The listener of the Redis protocol: RESP2 and RESP3 (redis.io, "Redis serialization protocol specification").</summary>
internal sealed class RedisListener : TcpListenerHost
{
    /// <summary>The version of Redis whose commands and texts the listener follows; clients choose features by it.</summary>
    public const string RedisVersion = "7.0.15";

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly ITimer _sweep;
    private PartitionMap? _map;
    private volatile RedisPassword? _password;
    private volatile RespLimits _limits;

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
    /// <param name="pubSub">Where messages are published; null for a node that is alone.</param>
    /// <param name="storageMemory">How many bytes of memory the storage takes, for INFO; null where there is none.</param>
    public RedisListener(
        IPEndPoint endPoint,
        NodeOptions node,
        ListenerOptions options,
        ICommandRouter router,
        IClusterView cluster,
        TimeProvider time,
        MetricsRegistry metrics,
        ILogger log,
        Func<long>? keyCount = null,
        PubSubBus? pubSub = null,
        Func<long>? storageMemory = null)
        : base("redis", endPoint, options, router, time, metrics, log)
    {
        Node = node;
        Cluster = cluster;
        KeyCount = keyCount;
        StorageMemory = storageMemory;
        StartedAt = time.GetTimestamp();
        PubSub = pubSub ?? new PubSubBus(NoPeers.Instance, 0, options, metrics, () => MonotonicClock.Now);
        Pause = new ClientPause(time, SignalAll);
        _password = node.RedisPassword;
        _limits = new RespLimits
        {
            BulkBytes = Math.Max(node.MaxValueBytes, 64 << 10),
            MessageBytes = Math.Max(options.MaxRequestBytes, Math.Max(node.MaxValueBytes, 64 << 10) + (128 << 10)),
        };
        TakeLimits();
        Settings = RedisSettingList.Create(this);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    /// <summary>The node's settings.</summary>
    public NodeOptions Node { get; }

    /// <summary>The cluster as the node sees it.</summary>
    public IClusterView Cluster { get; }

    /// <summary>How many keys the node reads for; null where nobody counts.</summary>
    public Func<long>? KeyCount { get; }

    /// <summary>How many bytes of memory the storage takes; null where there is none.</summary>
    public Func<long>? StorageMemory { get; }

    /// <summary>When the node started, as a timestamp of the clock.</summary>
    public long StartedAt { get; }

    /// <summary>What a client may send at most; what it is when the client connects or tells the password holds for it.</summary>
    public RespLimits Limits
    {
        get => _limits;
        set => _limits = value;
    }

    /// <summary>What clients must tell first; null for nothing.</summary>
    public RedisPassword? Password
    {
        get => _password;
        set => _password = value;
    }

    /// <summary>What CONFIG GET tells and CONFIG SET changes.</summary>
    public RedisSettings Settings { get; }

    /// <summary>What is counted of each command.</summary>
    public RedisStatistics Statistics { get; } = new();

    /// <summary>The commands that took long.</summary>
    public SlowLog SlowLog { get; } = new();

    /// <summary>The time in which requests wait.</summary>
    public ClientPause Pause { get; }

    /// <summary>Where messages are published.</summary>
    public PubSubBus PubSub { get; }

    /// <summary>From how long on a command is noted as slow, by Stopwatch.</summary>
    public long SlowTicks { get; private set; } = long.MaxValue;

    /// <summary>Whether the keys of one request, and of one transaction, must have one slot.</summary>
    public bool RefusesSeveralSlots => Node.RedisCrossSlot || Node.RedisCluster;

    /// <summary>The open connections, by number.</summary>
    public IEnumerable<RedisConnection> Clients => Connections.Cast<RedisConnection>();

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
        if (ConfigurationOf(view, slot) is not { } configuration)
        {
            return RespErrors.SlotNotServed.ToArray();
        }

        if (configuration.Reader == view.Self || view.Find(configuration.Reader) is not { RedisPort: > 0 } reader)
        {
            return null;
        }

        return RespErrors.Moved(slot, string.Create(CultureInfo.InvariantCulture, $"{reader.Host}:{reader.RedisPort}"));
    }

    /// <summary>Whether this node is a member of the slot's partition, so that it has a copy of all its keys.</summary>
    /// <param name="slot">The slot.</param>
    public bool IsMember(ushort slot)
    {
        var view = Cluster.Current;
        return ConfigurationOf(view, slot)?.HasMember(view.Self) == true;
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

    /// <summary>Takes over what follows from the limits, after they have changed.</summary>
    public void TakeLimits()
    {
        var options = Options;
        SlowTicks = options.SlowCommand < TimeSpan.Zero
            ? long.MaxValue
            : (long)Math.Min(options.SlowCommand.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 2);
        SlowLog.Keep(options.SlowCommandsKept);
    }

    /// <summary>Notes that a command took long.</summary>
    /// <param name="connection">Where it came from.</param>
    /// <param name="ticks">How long it took, by Stopwatch.</param>
    /// <param name="arguments">What is kept of its arguments.</param>
    public void NoteSlow(RedisConnection connection, long ticks, IReadOnlyList<byte[]> arguments)
    {
        var microseconds = (long)(ticks * 1e6 / Stopwatch.Frequency);
        var entry = new SlowEntry(
            0, Time.GetUtcNow().ToUnixTimeSeconds(), microseconds, arguments, connection.Socket.RemoteEndPoint, connection.Session.Name);
        SlowLog.Add(entry, Options.SlowCommandsKept);
    }

    /// <inheritdoc />
    protected override void OnStopping()
    {
        _sweep.Dispose();
        Pause.End();
        Pause.Dispose();
    }

    private Configuration? ConfigurationOf(ClusterView view, ushort slot) =>
        MapOf(view) is { } map ? view.Partitions[map.Of(new HashSlot(slot)).Value] : null;

    /// <summary>Makes every connection look at its requests again.</summary>
    private void SignalAll()
    {
        foreach (var connection in Connections)
        {
            connection.Signal();
        }
    }

    /// <summary>Closes clients that have been idle for too long, or have not read what waits for them; measures how many requests come.</summary>
    private void Sweep()
    {
        Statistics.Sample(MonotonicClock.Now, Metrics.Requests.Value);
        var idle = Pause.IsActive ? TimeSpan.Zero : Options.IdleTimeout;
        foreach (var connection in Clients)
        {
            if (connection.Subscriptions is { Total: > 0 } subscriptions)
            {
                subscriptions.Look();
            }
            else if (idle > TimeSpan.Zero && connection.CommandsUnderWay == 0 && Time.GetElapsedTime(connection.LastActive) > idle)
            {
                connection.Stop();
            }
        }
    }

    /// <inheritdoc />
    protected override ClientConnection Create(Socket socket, long id) => new RedisConnection(this, socket, id);
}
