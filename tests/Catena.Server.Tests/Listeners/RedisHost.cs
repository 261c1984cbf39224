using System.Net;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Redis;
using Catena.Server.Loops;
using Catena.Server.Metrics;
using Catena.Server.Node;
using Catena.Server.PubSub;

namespace Catena.Server.Tests.Listeners;

/// <summary>A Redis listener over a fake router, on a free port of the loopback.</summary>
internal sealed class RedisHost : IAsyncDisposable
{
    public RedisHost(
        ListenerOptions? options = null,
        bool isCluster = false,
        TimeProvider? time = null,
        int maxValueBytes = 16 << 20,
        string? password = null,
        PubSubBus? pubSub = null,
        Durability durability = Durability.Always,
        bool refusesSeveralSlots = false,
        EventLoop? loop = null)
    {
        Router = new FakeRouter { Time = time ?? TimeProvider.System };
        var node = new NodeOptions
        {
            Name = "n1",
            DataDirectory = "/nowhere",
            ZooKeeper = "127.0.0.1:1",
            PeerPort = 1,
            RedisCluster = isCluster,
            RedisCrossSlot = refusesSeveralSlots,
            MaxValueBytes = maxValueBytes,
            RedisPassword = password is null ? null : new RedisPassword(password),
            Durability = durability,
        };
        Listener = new RedisListener(
            new IPEndPoint(IPAddress.Loopback, 0),
            node,
            options ?? ListenerOptions.Default,
            Router,
            Cluster,
            Router.Time,
            Metrics,
            Log,
            () => 42,
            pubSub);
        Listener.Start(loop);
    }

    public FakeRouter Router { get; }

    public FakeCluster Cluster { get; } = new();

    public MetricsRegistry Metrics { get; } = new();

    public RecordingLogger Log { get; } = new();

    public RedisListener Listener { get; }

    public Wire Connect(int receiveBuffer = 0) => new(Listener.EndPoint, receiveBuffer);

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        Router.Dispose();
    }
}
