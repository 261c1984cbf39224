using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests.Redis;

/// <summary>A redis-server and a cluster of three nodes, for all cases of a class.</summary>
/// <remarks>The limits that Redis takes from its settings are those that Catena has by default, and it has one database, as Catena has.</remarks>
public sealed class ComparedServers : IAsyncLifetime
{
    private const int Nodes = 3;
    private string _folder = "";
    private Process? _redis;
    private Cluster? _cluster;

    /// <summary>The port of redis-server.</summary>
    internal int RedisPort { get; private set; }

    /// <summary>The port of one of the nodes: another one for each number that follows.</summary>
    /// <param name="number">Any number.</param>
    internal int CatenaPort(int number) => _cluster!.RedisPort((number % Nodes) + 1);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("catena-redis-").FullName;
        RedisPort = FreePorts.Block();
        _redis = Tool.Start(
            "redis-server",
            [
                "--port", RedisPort.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "no",
                "--databases", "1", "--proto-max-bulk-len", "2mb", "--loglevel", "warning", "--logfile", Path.Combine(_folder, "log"),
            ]);
        await Eventually.TrueAsync("redis-server accepts connections", TimeSpan.FromSeconds(30), () => Task.FromResult(Accepts(RedisPort)));

        // Values are short, so that the cases at the limit cost little; with the standard limit they keep a slow disk busy for seconds.
        _cluster = await Cluster.StartAsync("--partitions", "4", "--", "--max-value-bytes", "2097152");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_redis is not null)
        {
            _redis.Kill();
            await _redis.WaitForExitAsync();
            _redis.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static bool Accepts(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
