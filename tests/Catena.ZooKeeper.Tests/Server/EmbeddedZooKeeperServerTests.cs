using System.Net;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Server;

public sealed class EmbeddedZooKeeperServerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_answered_survives_a_crash_of_the_server()
    {
        await using var server = await StartAsync(_directory.Path);
        await using var client = await ConnectAsync(server);
        using var raw = await RawSession.OpenAsync(server.EndPoint.ToString(), 20_000);
        await client.CreateAsync("/q", default);
        await client.CreateAsync("/q/n-", default, CreateMode.PersistentSequential);
        await raw.AskAsync(1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp("/q/e", default, CreateMode.Ephemeral)));
        var last = await client.SetDataAsync("/q", "answered"u8.ToArray(), 0);

        // What lies on disk now is what a killed process would leave.
        using var copy = TemporaryDirectory.CopyOf(_directory.Path, except: "lock");
        await using var revived = await StartAsync(copy.Path);
        using var again = await RawSession.OpenAsync(
            revived.EndPoint.ToString(), 20_000, raw.Response.SessionId, raw.Response.Password.ToArray(), last.Mzxid);
        Assert.Equal(raw.Response.SessionId, again.Response.SessionId);
        await using var other = await ConnectAsync(revived);
        Assert.Equal(("answered", last), await ReadAsync(other, "/q"));
        Assert.Equal(raw.Response.SessionId, (await other.ExistsAsync("/q/e"))?.EphemeralOwner);
        var (path, stat) = await other.CreateAsync("/q/n-", default, CreateMode.PersistentSequential);
        Assert.Equal("/q/n-0000000002", path);
        Assert.True(stat.Czxid > last.Mzxid);
    }

    [Fact]
    public async Task A_client_goes_on_with_its_session_after_a_restart()
    {
        var server = await StartAsync(_directory.Path);
        await using var client = await ConnectAsync(server);
        var session = client.SessionId;
        await client.CreateAsync("/e", default, CreateMode.Ephemeral);
        var told = new Heard<WatchedEvent>();
        await client.GetDataAsync("/e", told.Tell);
        await server.DisposeAsync();
        await using var restarted = await StartAsync(_directory.Path, server.EndPoint);
        await using var other = await ConnectAsync(restarted);
        await other.SetDataAsync("/e", "1"u8.ToArray(), -1);
        Assert.Equal(WatchedEventType.NodeDataChanged, (await told.Next()).Type);
        Assert.Equal(session, client.SessionId);
        Assert.Equal(session, (await client.ExistsAsync("/e"))?.EphemeralOwner);
    }

    [Fact]
    public async Task A_failed_flush_is_fatal_and_the_write_is_never_answered()
    {
        var fails = false;
        var fatal = new Heard<Exception>();
        await using var server = await StartAsync(_directory.Path, flush: () => _ = fails ? throw new IOException("on purpose") : 0, fatal: fatal.Tell);
        await using var client = await ConnectAsync(server);
        await client.CreateAsync("/a", default);
        fails = true;
        var set = client.SetDataAsync("/a", "new"u8.ToArray(), -1);
        Assert.Equal("on purpose", (await fatal.Next()).Message);
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(() => set.Soon());
        Assert.True(failure.OutcomeUnknown);
    }

    [Fact]
    public async Task Only_loopback_is_listened_on() => await Assert.ThrowsAsync<ArgumentException>(
        () => StartAsync(_directory.Path, new IPEndPoint(IPAddress.Any, 0)));

    [Fact]
    public async Task Connections_over_the_limit_are_closed_at_once()
    {
        await using var server = await StartAsync(_directory.Path, maxConnections: 2);
        using var first = await RawSession.OpenAsync(server.EndPoint.ToString());
        var second = await RawSession.OpenAsync(server.EndPoint.ToString());
        using (var third = await RawSession.DialAsync(server.EndPoint.ToString()))
        {
            Assert.Empty(await third.ReadToEndAsync());
        }

        second.Dispose();
        await Eventually.TrueAsync(
            "there is room again",
            async () =>
            {
                using var fourth = await RawSession.DialAsync(server.EndPoint.ToString());
                try
                {
                    await fourth.SendBytesAsync("ruok"u8.ToArray());
                    return (await fourth.ReadToEndAsync()).Length > 0;
                }
                catch (IOException)
                {
                    return false;
                }
            });
    }

    [Fact]
    public async Task Srvr_names_mode_and_zxid()
    {
        await using var server = await StartAsync(_directory.Path);
        using var raw = await RawSession.DialAsync(server.EndPoint.ToString());
        await raw.SendBytesAsync("srvr"u8.ToArray());
        var answer = System.Text.Encoding.ASCII.GetString(await raw.ReadToEndAsync());
        Assert.StartsWith("Zookeeper version: ", answer, StringComparison.Ordinal);
        Assert.Contains("\nMode: standalone\n", answer, StringComparison.Ordinal);
    }

    private static Task<EmbeddedZooKeeperServer> StartAsync(
        string directory, IPEndPoint? endPoint = null, Action? flush = null, Action<Exception>? fatal = null, int maxConnections = 100) =>
        EmbeddedZooKeeperServer.StartAsync(new EmbeddedZooKeeperServerOptions
        {
            DataDirectory = directory,
            EndPoint = endPoint ?? new IPEndPoint(IPAddress.Loopback, 0),
            MaxConnections = maxConnections,
            Flush = handle =>
            {
                flush?.Invoke();
                RandomAccess.FlushToDisk(handle);
            },
            Fatal = fatal ?? (e => Environment.FailFast("a test's server failed", e)),
        });

    private static Task<ZooKeeperClient> ConnectAsync(EmbeddedZooKeeperServer server) => ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions
    {
        ConnectString = server.EndPoint.ToString(),
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
    });

    private static async Task<(string Data, Stat Stat)> ReadAsync(ZooKeeperClient client, string path)
    {
        var (data, stat) = await client.GetDataAsync(path);
        return (System.Text.Encoding.UTF8.GetString(data), stat);
    }
}
