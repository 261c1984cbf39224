using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Catena.Integration.Tests.Harness;
using Catena.Simulation.Histories;

namespace Catena.Integration.Tests;

/// <summary>Clusters that replicate along chains, and clusters that change how they do while clients work.</summary>
public sealed class ModeTests(ITestOutputHelper output)
{
    private const long Bound = 300;

    [Fact]
    public async Task The_mode_is_switched_under_load_without_an_error_and_without_a_read_that_is_too_old()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "16");
        using var load = new Load(cluster, nodes: 3, keys: 40);
        using var stop = new CancellationTokenSource();
        var reading = Task.Factory.StartNew(() => ReadStale(cluster, stop.Token), TaskCreationOptions.LongRunning);
        await load.BegunAsync();
        var switching = Stopwatch.StartNew();
        foreach (var mode in new[] { "chain", "apportioned-chain", "primary-backup" })
        {
            var changed = (await Tool.CatenaAsync("mode", mode, "--node", Http(cluster), "--json")).Text();
            using var answer = JsonDocument.Parse(changed);
            Assert.Equal((16, 16), (answer.RootElement.GetProperty("partitions").GetInt32(), answer.RootElement.GetProperty("changed").GetInt32()));
            var status = await cluster.StatusAsync(2);
            Assert.All(status.GetProperty("partitions").EnumerateArray(), partition => Assert.Equal(mode, partition.GetProperty("mode").GetString()));
        }

        switching.Stop();
        var history = await load.LinearizableAsync();
        await stop.CancelAsync();
        var (reads, refused) = await reading;
        Assert.NotEqual(0, reads);
        output.WriteLine($"{history.Count} operations, {reads} reads within {Bound} ms and {refused} refused, switched three times within "
            + $"{switching.ElapsedMilliseconds} ms, longest time without a successful write {Load.LongestWriteGap(history):f0} ms");
        Assert.All(history, operation => Assert.Equal(Outcome.Ok, operation.Outcome));
        await cluster.StopAsync();
    }

    [Theory]
    [InlineData("chain")]
    [InlineData("apportioned-chain")]
    public async Task A_node_that_is_killed_in_every_place_of_a_chain_costs_nothing_and_comes_back(string mode)
    {
        // Each node is the head of some partitions, in the middle of others and the tail of the rest.
        await using var cluster = await Cluster.StartAsync("--partitions", "16", "--mode", mode);
        await KeysExpireAsync(cluster);
        using var load = new Load(cluster, nodes: 3, keys: 40);
        await load.BegunAsync();
        var status = await cluster.StatusAsync(1);
        var victim = status.GetProperty("nodes").EnumerateArray().Single(node => node.GetProperty("name").GetString() == "node-2").GetProperty("id").GetString();
        var places = status.GetProperty("partitions").EnumerateArray().Select(partition =>
            partition.GetProperty("members").EnumerateArray().ToList().FindIndex(member => member.GetString() == victim)).Distinct().Order();
        Assert.Equal([0, 1, 2], places);
        var old = cluster.Pid(2);
        cluster.Kill(2);
        await Eventually.TrueAsync("the node is started again", TimeSpan.FromSeconds(30), () => Task.FromResult(cluster.Pid(2) != old));
        await cluster.HealedAsync(seenBy: 3, members: 3);
        var history = await load.LinearizableAsync();
        output.WriteLine($"{mode}: {history.Count} operations, {history.Count(operation => operation.Outcome == Outcome.Unknown)} of unknown outcome, "
            + $"longest time without a successful write {Load.LongestWriteGap(history):f0} ms");
        var healed = await cluster.StatusAsync(3);
        Assert.All(healed.GetProperty("partitions").EnumerateArray(), partition => Assert.Equal(mode, partition.GetProperty("mode").GetString()));
    }

    /// <summary>Demands that keys past their time are absent wherever they are asked for, though their reader has to send to the head for that.</summary>
    private static async Task KeysExpireAsync(Cluster cluster)
    {
        using var writer = new RawRedis(cluster.RedisPort(1));
        for (var key = 0; key < 20; key++)
        {
            writer.SetFor($"short-{key}", "v", 20);
        }

        using var reader = new RawRedis(cluster.RedisPort(3));
        await Eventually.TrueAsync("every key has expired", () => Enumerable.Range(0, 20).All(key => reader.Get($"short-{key}") is null && writer.Get($"short-{key}") is null));
    }

    /// <summary>Writes a counter at one node and reads it within a bound at the others.</summary>
    /// <returns>How many reads were answered, and how many refused.</returns>
    private static (int Reads, int Refused) ReadStale(Cluster cluster, CancellationToken stop)
    {
        using var writer = new RawRedis(cluster.RedisPort(1));
        using var second = new RawRedis(cluster.RedisPort(2));
        using var third = new RawRedis(cluster.RedisPort(3));
        var acknowledged = new List<long>();
        var (reads, refused) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            writer.Set("counter", acknowledged.Count.ToString(CultureInfo.InvariantCulture));
            acknowledged.Add(Environment.TickCount64);
            foreach (var reader in new[] { second, third })
            {
                // What was acknowledged earlier than the age that is told, before the read was sent, must be in it; a tick is rounded by at most 16 ms.
                var sent = Environment.TickCount64;
                if (reader.GetStale("counter", Bound) is not var (value, age))
                {
                    // On a machine that is busy with other things an answer may take longer than the bound.
                    refused++;
                    continue;
                }

                var counter = value is null ? -1 : int.Parse(value, CultureInfo.InvariantCulture);
                Assert.InRange(age, 0, Bound);
                Assert.True(
                    counter + 1 >= acknowledged.Count || acknowledged[counter + 1] >= sent - age - 16,
                    $"{counter} of {acknowledged.Count - 1} with an age of {age} ms");
                reads++;
            }
        }

        return (reads, refused);
    }

    private static string Http(Cluster cluster) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{cluster.HttpPort(1)}");
}
