using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Compare.Tests.Support;
using Catena.Testing;

namespace Catena.Compare.Tests;

/// <summary>The loader at the servers that it is for.</summary>
public sealed class CompareLoadTests
{
    private const int Keys = 200;

    [Fact]
    public async Task Etcd_has_what_was_put_and_tells_it()
    {
        var ports = FreePorts.Take(2);
        var (client, peer) = ($"http://127.0.0.1:{Text(ports[0])}", $"http://127.0.0.1:{Text(ports[1])}");
        using var etcd = new PeerProcess("etcd", ports[0], directory =>
        [
            "--data-dir", directory, "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", $"default={peer}",
        ]);
        await etcd.ListensAsync();
        await FillsReadsAndWritesAsync(PeerProtocol.Etcd, etcd.Address, etcd.Id);

        using var http = new HttpClient();
        var answer = await http.PostAsJsonAsync($"{client}/v3/kv/range", new { key = "L2tleS0xNw==" }, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"\"value\":\"{Convert.ToBase64String(Encoding.ASCII.GetBytes("value-"))}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZooKeeper_has_what_was_set_and_tells_it()
    {
        await using var server = await ApacheServer.StartAsync();
        Assert.True(HostPort.TryParse(server.ConnectString, out var address));
        await FillsReadsAndWritesAsync(PeerProtocol.ZooKeeper, address, Environment.ProcessId);
    }

    [Fact]
    public async Task Redis_with_a_replica_acknowledges_what_that_has()
    {
        var ports = FreePorts.Take(2);
        using var primary = new PeerProcess("redis-server", ports[0], directory => ["--port", Text(ports[0]), "--dir", directory, "--save", "", "--repl-diskless-sync-delay", "0"]);
        await primary.ListensAsync();
        using var replica = new PeerProcess("redis-server", ports[1], directory => ["--port", Text(ports[1]), "--dir", directory, "--save", "", "--replicaof", "127.0.0.1", Text(ports[0])]);
        await replica.ListensAsync();

        // One key: of many, a slow machine may have written others.
        await EventuallyWithoutErrorsAsync(Options(PeerProtocol.RedisWait, primary.Address, primary.Id) with { Pipeline = 4, Replicas = 1, Keys = 1 });

        var there = await EventuallyWithoutErrorsAsync(Options(PeerProtocol.Redis, replica.Address, replica.Id) with { Reads = true, Keys = 1 });
        Assert.Equal(0, there.Counts.Missing);
    }

    private static async Task FillsReadsAndWritesAsync(PeerProtocol protocol, HostPort address, int process)
    {
        var options = Options(protocol, address, process);
        Assert.Equal(Keys, CompareLoad.Fill(options with { Fills = true }, TestContext.Current.CancellationToken).Counts.Completed);
        await EventuallyWithoutErrorsAsync(options);
        var read = await EventuallyWithoutErrorsAsync(options with { Reads = true });
        Assert.Equal(0, read.Counts.Missing);
        Assert.Equal(read.Counts.Completed, read.Counts.Reads.Count);
    }

    /// <summary>A busy machine may break a connection off; not every time.</summary>
    private static async Task<CompareResult> EventuallyWithoutErrorsAsync(CompareOptions options)
    {
        CompareResult? result = null;
        await Eventually.TrueAsync("a load ends without errors", () =>
        {
            result = CompareLoad.Run(options, TestContext.Current.CancellationToken);
            return result.Counts.Errors.Count == 0 && result.Counts.Completed > 0;
        });
        return result!;
    }

    private static CompareOptions Options(PeerProtocol protocol, HostPort address, int process) => new()
    {
        Protocol = protocol,
        Nodes = [address],
        Clients = 4,
        Pipeline = 1,
        Keys = Keys,
        KeyPrefix = "/key-",
        ValueBytes = 100,
        Duration = TimeSpan.FromSeconds(0.3),
        WarmUp = TimeSpan.FromSeconds(0.1),
        Processes = [process],
    };

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
