using System.Globalization;
using System.Text;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Client;

/// <summary>What the client does when servers of a real ensemble die under it.</summary>
public sealed class EnsembleClientTests(LongSessionEnsemble fixture) : IClassFixture<LongSessionEnsemble>, IAsyncLifetime
{
    private const int Clients = 12;

    private readonly List<ZooKeeperClient> _clients = [];
    private readonly string _home = "/test-" + Guid.NewGuid().ToString("N");

    private ApacheEnsemble Ensemble => fixture.Ensemble;

    public async ValueTask InitializeAsync()
    {
        await Ensemble.StartAllAsync();
        var client = await ConnectAsync(LongSessionEnsemble.SessionTimeout);
        await client.CreateAsync(_home, default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Clients_spread_over_the_servers_and_those_of_a_dead_follower_take_their_sessions_to_another()
    {
        var clients = await ConnectManyAsync();
        Assert.True(clients.Select(client => client.Server).Distinct().Count() > 1, "all clients are with one server");
        var leader = await Ensemble.LeaderAsync();
        var victim = Enumerable.Range(0, Ensemble.Size).First(server => server != leader && clients.Any(client => IsAt(client, server)));
        await SurvivesAsync(clients, () => Ensemble.KillAsync(victim));
        Assert.DoesNotContain(clients, client => IsAt(client, victim));
    }

    [Fact]
    public async Task Sessions_and_watches_survive_the_leader()
    {
        var clients = await ConnectManyAsync();
        await SurvivesAsync(clients, async () => await Ensemble.KillAsync(await Ensemble.LeaderAsync()));
    }

    [Fact]
    public async Task Sessions_and_watches_survive_a_restart_of_the_whole_ensemble()
    {
        var clients = await ConnectManyAsync();
        await SurvivesAsync(clients, async () =>
        {
            await Ensemble.KillAllAsync();
            await Ensemble.StartAllAsync();
        });
    }

    [Fact]
    public async Task A_server_that_lost_its_disk_is_brought_up_to_date_before_it_serves()
    {
        var client = _clients[0];
        await client.CreateAsync($"{_home}/kept", "x"u8.ToArray());
        var leader = await Ensemble.LeaderAsync();
        var victim = (leader + 1) % Ensemble.Size;
        await Ensemble.KillAsync(victim);
        Ensemble.Wipe(victim);
        await Ensemble.StartAsync(victim, wait: true);
        await using var there = await ZooKeeperClient.ConnectAsync(Options(LongSessionEnsemble.SessionTimeout) with { ConnectString = Ensemble.AddressOf(victim) });
        await there.SyncAsync();
        Assert.Equal("x"u8.ToArray(), (await there.GetDataAsync($"{_home}/kept")).Data);
    }

    [Fact]
    public async Task A_session_that_outlasts_its_timeout_without_an_ensemble_has_expired_and_its_znodes_go()
    {
        var client = await ConnectAsync(TimeSpan.FromMilliseconds(800));
        await client.CreateAsync($"{_home}/e", default, CreateMode.Ephemeral);
        var states = new Heard<SessionState>();
        client.StateChanged += states.Tell;
        await Ensemble.KillAllAsync();
        await Eventually.TrueAsync("the client gives its session up by itself", () => client.State == SessionState.Expired);
        Assert.Equal(ErrorCode.SessionExpired, await CodeOfAsync(() => client.ExistsAsync("/")));
        await Ensemble.StartAllAsync();
        await _clients[0].WaitForConnectedAsync().Soon();
        await Eventually.TrueAsync("the znode has gone", async () => await ExistsAsync(_clients[0], $"{_home}/e") == false);
    }

    [Fact]
    public async Task Writes_while_leaders_die_happen_once_or_not_at_all_and_the_client_knows_which_or_that_it_does_not_know()
    {
        var writers = new List<Task<List<(string Name, bool? Done)>>>();
        using var stop = new CancellationTokenSource();
        for (var writer = 0; writer < 4; writer++)
        {
            writers.Add(WriteAsync(await ConnectAsync(LongSessionEnsemble.SessionTimeout), writer, stop.Token));
        }

        for (var round = 0; round < 2; round++)
        {
            var before = await CountAsync();
            await Eventually.TrueAsync("writes go on", async () => await CountAsync() > before + 20);
            var leader = await Ensemble.LeaderAsync();
            await Ensemble.KillAsync(leader);
            before = await CountAsync();
            await Eventually.TrueAsync("writes go on with another leader", TimeSpan.FromSeconds(60), async () => await CountAsync() > before + 20);
            await Ensemble.StartAsync(leader, wait: true);
        }

        await stop.CancelAsync();
        var said = (await Task.WhenAll(writers)).SelectMany(list => list).ToList();
        await _clients[0].SyncAsync();
        var (names, _) = await _clients[0].GetChildrenAsync(_home);
        var times = names.GroupBy(name => name[..^10]).ToDictionary(group => group.Key, group => group.Count());
        foreach (var (name, done) in said)
        {
            var count = times.GetValueOrDefault(name);
            Assert.True(done is null ? count is 0 or 1 : count == (done.Value ? 1 : 0), $"{name} was reported {done?.ToString() ?? "unknown"} and is there {count} times");
        }

        Assert.Contains(said, write => write.Done is true);
        Assert.Equal(times.Keys.Order(), said.Select(write => write.Name).Where(times.ContainsKey).Order());
    }

    /// <summary>Creates one znode after the other; a name says which write it was, and the sequence number that two of it are two.</summary>
    private async Task<List<(string Name, bool? Done)>> WriteAsync(ZooKeeperClient client, int writer, CancellationToken stop)
    {
        var said = new List<(string, bool?)>();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"w{writer}-{number}-");
            try
            {
                await client.CreateAsync($"{_home}/{name}", default, CreateMode.PersistentSequential, CancellationToken.None);
                said.Add((name, true));
            }
            catch (ZooKeeperException failed)
            {
                said.Add((name, failed.OutcomeUnknown ? null : false));
                await client.WaitForConnectedAsync(CancellationToken.None).Soon();
            }
        }

        return said;
    }

    /// <summary>Sessions, ephemeral znodes and watches are the same after something has happened to the ensemble.</summary>
    private async Task SurvivesAsync(ZooKeeperClient[] clients, Func<Task> something)
    {
        var sessions = clients.Select(client => client.SessionId).ToArray();
        var once = new Heard<WatchedEvent>();
        var always = new Heard<WatchedEvent>();
        foreach (var client in clients)
        {
            await client.CreateAsync($"{_home}/e-{client.SessionId:x}", default, CreateMode.Ephemeral);
            await client.ExistsAsync($"{_home}/created", once.Tell);
            await client.AddWatchAsync($"{_home}/watched", AddWatchMode.PersistentRecursive, always.Tell);
        }

        await something();
        await RetriedAsync(() => _clients[0].CreateAsync($"{_home}/created", default));
        await RetriedAsync(() => _clients[0].CreateAsync($"{_home}/watched", default));
        foreach (var client in clients)
        {
            await client.WaitForConnectedAsync().Soon();
            await RetriedAsync(() => client.SyncAsync());
            Assert.Equal(WatchedEventType.NodeCreated, (await once.Next()).Type);
        }

        Assert.Equal(sessions, clients.Select(client => client.SessionId));
        await RetriedAsync(() => _clients[0].SyncAsync());
        foreach (var session in sessions)
        {
            Assert.True(await ExistsAsync(_clients[0], $"{_home}/e-{session:x}"), $"the ephemeral znode of session {session:x} has gone");
        }

        // Word of what happened while a connection was away is not given to persistent watches; of what comes now it is.
        await RetriedAsync(() => _clients[0].SetDataAsync($"{_home}/watched", Encoding.ASCII.GetBytes("now"), -1));
        var heard = 0;
        while (heard < clients.Length)
        {
            heard += (await always.Next()).Type == WatchedEventType.NodeDataChanged ? 1 : 0;
        }
    }

    private async Task<ZooKeeperClient[]> ConnectManyAsync()
    {
        var clients = new ZooKeeperClient[Clients];
        for (var client = 0; client < Clients; client++)
        {
            clients[client] = await ConnectAsync(LongSessionEnsemble.SessionTimeout);
        }

        return clients;
    }

    private ZooKeeperClientOptions Options(TimeSpan timeout) => new()
    {
        ConnectString = Ensemble.ConnectString,
        SessionTimeout = timeout,
        ReconnectDelay = TimeSpan.FromMilliseconds(100),
    };

    private async Task<ZooKeeperClient> ConnectAsync(TimeSpan timeout)
    {
        var client = await ZooKeeperClient.ConnectAsync(Options(timeout));
        _clients.Add(client);
        return client;
    }

    private bool IsAt(ZooKeeperClient client, int server) => client.Server?.ToString() == Ensemble.AddressOf(server);

    private async Task<int> CountAsync() => await RetriedAsync(async () => (await _clients[0].GetChildrenAsync(_home)).Names.Count);

    private static async Task<bool?> ExistsAsync(ZooKeeperClient client, string path) =>
        await RetriedAsync(async () => await client.ExistsAsync(path) is not null);

    private static Task RetriedAsync(Func<Task> request) => RetriedAsync(async () =>
    {
        await request();
        return true;
    });

    private static async Task<T> RetriedAsync<T>(Func<Task<T>> request)
    {
        T result = default!;
        await Eventually.TrueAsync("the ensemble answers", TimeSpan.FromSeconds(60), async () =>
        {
            try
            {
                result = await request();
                return true;
            }
            catch (ZooKeeperException e) when (e.Code is ErrorCode.ConnectionLoss or ErrorCode.SessionMoved)
            {
                return false;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
            {
                return true;
            }
        });
        return result;
    }

    private static async Task<ErrorCode> CodeOfAsync(Func<Task> request) => (await Assert.ThrowsAnyAsync<ZooKeeperException>(request)).Code;
}
