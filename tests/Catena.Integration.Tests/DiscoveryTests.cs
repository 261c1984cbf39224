using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Clients that find their servers in ZooKeeper, as they are: written from what is known of them, with other languages' libraries, against nodes at a real ensemble that are killed.</summary>
public sealed class DiscoveryTests(SharedEnsemble shared, ITestOutputHelper output) : IClassFixture<SharedEnsemble>
{
    private readonly string _chroot = $"/tests/{Guid.NewGuid():n}";

    private string ConnectString => shared.Ensemble.ConnectString + _chroot;

    [Fact]
    public async Task A_Thrift_client_goes_on_through_the_death_and_return_of_the_node_that_it_talks_to()
    {
        (await Tool.CatenaAsync("znode", "create", shared.Ensemble.ConnectString, $"{_chroot}/kvstore", "--parents")).Text();
        await using var cluster = await Cluster.StartAsync("--partitions", "8", "--zookeeper", ConnectString, "--session-timeout", "2s", "--announce", "thrift=/kvstore");
        await AnnouncedAsync(3);
        var generated = Directory.CreateDirectory(Path.Combine(cluster.Data, "thrift")).FullName;
        (await Tool.RunAsync("thrift", "--gen", "py", "-out", generated, Repository.Client("keyvalue.thrift"))).Text();
        using var client = new ForeignClient("discovering_thrift.py", generated, ConnectString, "/kvstore");

        for (var round = 0; round < 2; round++)
        {
            await CallsAsync(client, 300);
            var address = client.Last("at");
            var node = Enumerable.Range(1, 3).Single(node => address == $"127.0.0.1:{cluster.ThriftPort(node)}");
            var pid = cluster.Pid(node);
            cluster.Kill(node);
            await CallsAsync(client, 300);
            await Eventually.TrueAsync("the node is back", TimeSpan.FromSeconds(90), () => Task.FromResult(cluster.Pid(node) != pid));
            await AnnouncedAsync(3);
            await cluster.HealedAsync(seenBy: node, members: 3);
        }

        Assert.StartsWith("done ", await client.EndAsync(), StringComparison.Ordinal);
        output.WriteLine(string.Join("; ", client.Lines.Where(line => !line.StartsWith("calls", StringComparison.Ordinal))));
        await cluster.StopAsync();
        Assert.Empty(await ChildrenAsync());
    }

    [Fact]
    public async Task A_client_that_looks_for_a_master_finds_the_next_one_and_reads_on()
    {
        using var directory = new TemporaryDirectory();
        var ports = FreePorts.Take(3);
        await using var one = Start(directory, 1, ports);
        await using var two = Start(directory, 2, ports);
        await using var three = Start(directory, 3, ports);
        StandaloneNode[] nodes = [one, two, three];
        using var client = new ForeignClient("master_search.py", ConnectString, ports[2].ToString(CultureInfo.InvariantCulture));
        await client.UntilAsync("reads", () => client.Last("reads") is not null);

        var first = client.Last("master")!;
        await nodes[NumberOf(first) - 1].DisposeAsync();
        await client.UntilAsync("another master", () => client.Last("master") != first);
        await ReadsAsync(client, 100);
        await client.UntilAsync("two nodes", () => client.Last("nodes") == "2");

        // It returns to its address, and is one of the others now.
        await using var again = Start(directory, NumberOf(first), ports);
        await client.UntilAsync("three nodes", () => client.Last("nodes") == "3");
        await ReadsAsync(client, 100);
        Assert.NotEqual(first, client.Last("master"));
        Assert.StartsWith("done ", await client.EndAsync(), StringComparison.Ordinal);
        output.WriteLine(string.Join("; ", client.Lines.Where(line => !line.StartsWith("reads", StringComparison.Ordinal))));
    }

    private static async Task CallsAsync(ForeignClient client, int more)
    {
        var begin = Number(client, "calls");
        await client.UntilAsync($"{more} further calls", () => Number(client, "calls") >= begin + more);
    }

    private static async Task ReadsAsync(ForeignClient client, int more)
    {
        var begin = Number(client, "reads");
        await client.UntilAsync($"{more} further reads", () => Number(client, "reads") >= begin + more);
    }

    private static int Number(ForeignClient client, string word) => int.Parse(client.Last(word) ?? "0", CultureInfo.InvariantCulture);

    private static int NumberOf(string address) => address[^1] - '0';

    /// <summary>A node at an address of its own, since a client of the search service looks for one port at every address.</summary>
    private StandaloneNode Start(TemporaryDirectory directory, int number, int[] ports) => StandaloneNode.Start(
    [
        Repository.Catena, "node", "--name", $"node-{number}", "--data", directory[$"data-{number}"], "--zookeeper", ConnectString, "--session-timeout", "2s", "--partitions", "8",
        "--bind", $"127.0.0.{number}", "--peer-port", Text(ports[0]), "--http-port", Text(ports[1]), "--search-port", Text(ports[2]), "--log", directory[$"log-{number}"],
    ]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<string[]> ChildrenAsync() =>
        (await Tool.CatenaAsync("znode", "list", ConnectString, "/kvstore")).Text().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task AnnouncedAsync(int nodes) =>
        Eventually.TrueAsync($"{nodes} nodes are announced", TimeSpan.FromSeconds(90), async () => (await ChildrenAsync()).Length == nodes);
}
