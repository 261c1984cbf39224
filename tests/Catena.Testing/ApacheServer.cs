using System.Globalization;

namespace Catena.Testing;

/// <summary>One server of Apache ZooKeeper that is not part of an ensemble, on a port and in a directory of its own.</summary>
public sealed class ApacheServer : IAsyncDisposable
{
    private static readonly TimeSpan DefaultLongestSession = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly int _port = FreePorts.Take(1)[0];
    private readonly ApacheProcess _process;

    private ApacheServer(TimeSpan longestSession)
    {
        var file = _directory["zoo.cfg"];
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            tickTime=200
            dataDir={_directory["data"]}
            clientPort={_port}
            clientPortAddress=127.0.0.1
            admin.enableServer=false
            maxClientCnxns=0
            4lw.commands.whitelist=*
            maxSessionTimeout={longestSession.TotalMilliseconds:f0}
            """));
        _process = new ApacheProcess("org.apache.zookeeper.server.ZooKeeperServerMain", file, _port);
    }

    /// <summary>Where it answers.</summary>
    public string ConnectString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="longestSession">The longest session timeout that it gives; a minute where nothing is said, which outlasts the pauses of a busy machine.</param>
    public static async Task<ApacheServer> StartAsync(TimeSpan? longestSession = null)
    {
        var server = new ApacheServer(longestSession ?? DefaultLongestSession);
        server._process.Start();
        await Eventually.TrueAsync("Apache ZooKeeper answers", TimeSpan.FromSeconds(60), async () => await server._process.RoleAsync() is not null);
        return server;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
