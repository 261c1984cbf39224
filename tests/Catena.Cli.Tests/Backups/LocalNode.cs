using System.Globalization;
using System.Text;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Server.Node;
using Catena.ZooKeeper.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Cli.Tests.Backups;

/// <summary>A cluster of one node in the test's own process: a coordinator, a node, all its ports.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly EmbeddedZooKeeperServer _coordinator;
    private readonly CatenaNode _node;
    private readonly int _port;

    private LocalNode(TemporaryDirectory directory, EmbeddedZooKeeperServer coordinator, CatenaNode node, int port)
    {
        _directory = directory;
        _coordinator = coordinator;
        _node = node;
        _port = port;
    }

    public HostPort Http => new("127.0.0.1", _port + 1);

    public string HttpAddress => Http.ToString();

    public static async Task<LocalNode> StartAsync(int partitions, int segmentBytes = 1 << 20)
    {
        var directory = new TemporaryDirectory();
        var coordinator = await EmbeddedZooKeeperServer.StartAsync(new EmbeddedZooKeeperServerOptions
        {
            DataDirectory = directory["zk"],
            TickTime = TimeSpan.FromMilliseconds(250),
            MaxSessionTimeout = TimeSpan.FromSeconds(40),
        });
        var port = FreePorts.Take(3)[0];
        var node = await CatenaNode.StartAsync(
            new NodeOptions
            {
                Name = "node-1",
                DataDirectory = directory["data"],
                ZooKeeper = coordinator.EndPoint.ToString()!,
                RedisPort = port,
                HttpPort = port + 1,
                PeerPort = port + 2,
                Partitions = partitions,
                Replicas = 1,
                Durability = Durability.Os,
                SegmentBytes = segmentBytes,
            },
            NullLoggerFactory.Instance,
            CancellationToken.None);
        var local = new LocalNode(directory, coordinator, node, port);
        await local.ServesAsync();
        return local;
    }

    public ClusterClient Client() => new([Http], TimeSpan.FromSeconds(30));

    public RespClient Redis() => RespClient.Open(new HostPort("127.0.0.1", _port), TimeSpan.FromSeconds(30));

    /// <summary>Writes keys <c>prefix0</c> and so on.</summary>
    public void Put(string prefix, int count, string value)
    {
        using var redis = Redis();
        for (var number = 0; number < count; number++)
        {
            redis.Queue("SET"u8, Encoding.UTF8.GetBytes(prefix + number.ToString(CultureInfo.InvariantCulture)), Encoding.UTF8.GetBytes(value));
        }

        redis.Send();
        for (var number = 0; number < count; number++)
        {
            Assert.False(redis.Receive().IsError);
        }
    }

    public void Do(string command, params string[] arguments)
    {
        using var redis = Redis();
        redis.Ask(command, [.. arguments.Select(argument => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(argument))]);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _coordinator.DisposeAsync();
        _directory.Dispose();
    }

    private async Task ServesAsync()
    {
        using var http = new HttpClient();
        await Eventually.TrueAsync("the node is ready", async () =>
        {
            using var answer = await http.GetAsync(new Uri($"http://{Http}/health/ready"));
            return answer.IsSuccessStatusCode;
        });
    }
}
