using System.Globalization;

namespace Catena.Testing;

/// <summary>An ensemble of Apache ZooKeeper on this machine, whose servers can be killed, started again and wiped one by one.</summary>
/// <remarks>Servers are numbered from 0. Not thread-safe.</remarks>
public sealed class ApacheEnsemble : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan DefaultLongestSession = TimeSpan.FromSeconds(4);

    private readonly TemporaryDirectory _directory = new();
    private readonly ApacheProcess[] _servers;
    private readonly int[] _clientPorts;

    private ApacheEnsemble(int size, TimeSpan? longestSession)
    {
        var ports = FreePorts.Take(3 * size);
        _clientPorts = ports[..size];
        _servers = new ApacheProcess[size];
        var members = string.Join('\n', Enumerable.Range(0, size).Select(server => string.Create(
            CultureInfo.InvariantCulture, $"server.{server + 1}=127.0.0.1:{ports[size + server]}:{ports[(2 * size) + server]}")));
        for (var server = 0; server < size; server++)
        {
            var data = Directory.CreateDirectory(DataOf(server)).FullName;
            WriteIdentity(server);
            var file = _directory[string.Create(CultureInfo.InvariantCulture, $"server-{server}.cfg")];
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
                tickTime=200
                initLimit=50
                syncLimit=25
                dataDir={data}
                clientPort={_clientPorts[server]}
                clientPortAddress=127.0.0.1
                admin.enableServer=false
                maxClientCnxns=0
                4lw.commands.whitelist=*
                maxSessionTimeout={(longestSession ?? DefaultLongestSession).TotalMilliseconds:f0}
                {members}
                """));
            _servers[server] = new ApacheProcess("org.apache.zookeeper.server.quorum.QuorumPeerMain", file, _clientPorts[server]);
        }
    }

    /// <summary>How many servers there are, running or not.</summary>
    public int Size => _servers.Length;

    /// <summary>All servers, without a chroot.</summary>
    public string ConnectString => string.Join(',', Enumerable.Range(0, Size).Select(AddressOf));

    /// <summary>Starts an ensemble and waits until all of its servers serve.</summary>
    /// <param name="size">How many servers it has.</param>
    /// <param name="longestSession">The longest session timeout that it gives; twenty ticks, which is 4 s, where nothing is said.</param>
    public static async Task<ApacheEnsemble> StartAsync(int size = 3, TimeSpan? longestSession = null)
    {
        var ensemble = new ApacheEnsemble(size, longestSession);
        await ensemble.StartAllAsync();
        return ensemble;
    }

    /// <summary>Where one server answers clients.</summary>
    public string AddressOf(int server) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_clientPorts[server]}");

    /// <summary>Starts every server that does not run and waits until all serve.</summary>
    public async Task StartAllAsync()
    {
        foreach (var server in _servers.Where(server => !server.IsRunning))
        {
            server.Start();
        }

        for (var server = 0; server < Size; server++)
        {
            await ServesAsync(server);
        }
    }

    /// <summary>Starts a server that does not run and waits until it serves, for which a majority must run.</summary>
    public async Task StartAsync(int server, bool wait)
    {
        _servers[server].Start();
        if (wait)
        {
            await ServesAsync(server);
        }
    }

    /// <summary>Kills a server.</summary>
    public Task KillAsync(int server) => _servers[server].KillAsync();

    /// <summary>Kills all servers.</summary>
    public Task KillAllAsync() => Task.WhenAll(_servers.Select(server => server.KillAsync()));

    /// <summary>Empties the disk of a server that does not run; it keeps its place in the ensemble.</summary>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    public void Wipe(int server)
    {
        if (_servers[server].IsRunning)
        {
            throw new InvalidOperationException($"server {server} runs; kill it first");
        }

        Directory.Delete(DataOf(server), recursive: true);
        Directory.CreateDirectory(DataOf(server));
        WriteIdentity(server);
    }

    /// <summary>The server that leads, once one does.</summary>
    public async Task<int> LeaderAsync()
    {
        var leader = -1;
        await Eventually.TrueAsync("the ensemble has a leader", StartPatience, async () =>
        {
            for (var server = 0; server < Size; server++)
            {
                if (_servers[server].IsRunning && await _servers[server].RoleAsync() == "leader")
                {
                    leader = server;
                    return true;
                }
            }

            return false;
        });
        return leader;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _directory.Dispose();
    }

    private string DataOf(int server) => _directory[string.Create(CultureInfo.InvariantCulture, $"data-{server}")];

    private void WriteIdentity(int server) =>
        File.WriteAllText(Path.Combine(DataOf(server), "myid"), (server + 1).ToString(CultureInfo.InvariantCulture));

    private Task ServesAsync(int server) => Eventually.TrueAsync(
        $"server {server} of the ensemble serves", StartPatience, async () => await _servers[server].RoleAsync() is "leader" or "follower");
}
