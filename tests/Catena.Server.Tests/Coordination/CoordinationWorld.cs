using System.Net;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Server;

namespace Catena.Server.Tests.Coordination;

/// <summary>An embedded ZooKeeper server, or one of Apache's, and nodes at it.</summary>
internal sealed class CoordinationWorld : IAsyncDisposable
{
    private readonly string? _directory;
    private readonly IAsyncDisposable _server;
    private readonly List<IAsyncDisposable> _owned = [];

    private CoordinationWorld(string? directory, IAsyncDisposable server, IPEndPoint endPoint) => (_directory, _server, EndPoint) = (directory, server, endPoint);

    public IPEndPoint EndPoint { get; }

    public static async Task<CoordinationWorld> StartAsync(bool isApache = false)
    {
        if (isApache)
        {
            var apache = await ApacheServer.StartAsync();
            return new CoordinationWorld(null, apache, IPEndPoint.Parse(apache.ConnectString));
        }

        var directory = Directory.CreateTempSubdirectory("catena-coordination-").FullName;
        var server = await EmbeddedZooKeeperServer.StartAsync(new EmbeddedZooKeeperServerOptions
        {
            DataDirectory = directory,
            TickTime = TimeSpan.FromMilliseconds(100),
            MinSessionTimeout = TimeSpan.FromMilliseconds(200),
            MaxSessionTimeout = TimeSpan.FromSeconds(60),
        });
        return new CoordinationWorld(directory, server, server.EndPoint);
    }

    /// <summary>A node that has not spoken to anyone yet; it goes with the world.</summary>
    public TestNode NewNode(ulong id, Func<CoordinatorOptions, CoordinatorOptions>? adjust = null)
    {
        var node = new TestNode(this, id, adjust);
        _owned.Add(node);
        return node;
    }

    /// <summary>Nodes 1, 2, … that have registered in this order.</summary>
    public async Task<TestNode[]> JoinAsync(int count, ClusterSettings? settings = null)
    {
        var nodes = new TestNode[count];
        for (var index = 0; index < count; index++)
        {
            nodes[index] = NewNode((ulong)index + 1, options => options with { NewCluster = settings ?? Small });
            await nodes[index].JoinAsync();
        }

        return nodes;
    }

    /// <summary>A bare client with a session of its own; it goes with the world.</summary>
    public async Task<ZooKeeperClient> NewClientAsync()
    {
        var client = await ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions
        {
            ConnectString = EndPoint.ToString(),
            SessionTimeout = TimeSpan.FromSeconds(30),
        });
        _owned.Add(client);
        return client;
    }

    public static ClusterSettings Small { get; } = new() { Partitions = 4, Replicas = 2, MinInSync = 1 };

    public static Configuration Configuration(ulong epoch, params ulong[] members) => new()
    {
        Epoch = new Epoch(epoch),
        Mode = ReplicationMode.PrimaryBackup,
        Members = [.. members.Select(member => new NodeId(member))],
    };

    /// <summary>Puts a configuration into the tree past all rules.</summary>
    public static Task PutAsync(ZooKeeperClient client, int partition, Configuration configuration) =>
        client.CreateAsync($"/catena/test/partitions/{partition}", DocumentCodec.Encode(configuration));

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        await _server.DisposeAsync();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
