using Catena.Integration.Tests.Harness;
using Catena.Simulation.Histories;

namespace Catena.Integration.Tests;

/// <summary>Real processes, hurt on purpose, under a recorded load.</summary>
public sealed class FailureTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Killing_nodes_in_turn_under_load_loses_nothing_and_they_become_members_again()
    {
        // One thread serves nodes and clients, however many processors this machine has; below there are two.
        await using var cluster = await Cluster.StartAsync("--partitions", "16", "--", "--client-threads", "0");
        using var load = new Load(cluster, nodes: 3, keys: 40);
        await load.BegunAsync();
        for (var node = 1; node <= 3; node++)
        {
            var old = cluster.Pid(node);
            cluster.Kill(node);
            await Eventually.TrueAsync("the node is started again", TimeSpan.FromSeconds(30), () => Task.FromResult(cluster.Pid(node) != old));
            await cluster.HealedAsync(seenBy: (node % 3) + 1, members: 3);
        }

        var history = await load.LinearizableAsync();
        output.WriteLine($"{history.Count} operations, {history.Count(operation => operation.Outcome == Outcome.Unknown)} of unknown outcome, "
            + $"longest time without a successful write {Load.LongestWriteGap(history):f0} ms");
        Assert.Contains(history, operation => operation.Outcome == Outcome.Ok && operation.Command.Operation == RegisterOperation.Put);
    }

    [Fact]
    public async Task Nodes_that_lead_nothing_take_over_and_give_back()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "1", "--leaders", "1");
        Assert.Equal(["node-1"], await LeadersAsync(cluster));
        await SetAsync("before");

        cluster.Kill(1);
        await Eventually.TrueAsync("others lead", TimeSpan.FromSeconds(30), async () => !(await LeadersAsync(cluster)).Contains("node-1"));
        await SetAsync("while it was away");
        await Eventually.TrueAsync("node-1 leads again", TimeSpan.FromSeconds(60), async () => await LeadersAsync(cluster) is ["node-1"]);
        Assert.Equal("while it was away", (await Tool.RedisAsync(cluster.RedisPort(3), "get", "key")).Output.Trim());

        Task SetAsync(string value) => Eventually.TrueAsync($"'{value}' is written", TimeSpan.FromSeconds(30), async () =>
            (await Tool.RedisAsync(cluster.RedisPort(2), "set", "key", value)).Output.Trim() == "OK");
    }

    [Fact]
    public async Task A_paused_node_answers_nothing_old_when_it_goes_on()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "16", "--", "--client-threads", "1");
        using var load = new Load(cluster, nodes: 3, keys: 30);
        await load.BegunAsync();
        for (var node = 1; node <= 2; node++)
        {
            cluster.Pause(node);
            await TakenOverAsync(cluster, node);
            cluster.Continue(node);
            await cluster.HealedAsync(seenBy: 3, members: 3);
        }

        var history = await load.LinearizableAsync();
        output.WriteLine($"{history.Count} operations, longest time without a successful write {Load.LongestWriteGap(history):f0} ms");
    }

    [Fact]
    public async Task Every_acknowledged_write_is_there_after_everything_was_killed_at_once()
    {
        var cluster = await Cluster.StartAsync("--partitions", "16", "--", "--client-threads", "1");
        var acknowledged = new List<string>();
        for (var number = 0; number < 300; number++)
        {
            if ((await Tool.RedisAsync(cluster.RedisPort((number % 3) + 1), "set", $"key-{number}", $"value-{number}")).Output.Trim() == "OK")
            {
                acknowledged.Add($"{number}");
            }
        }

        await cluster.KillAllAsync();
        await using var again = await cluster.StartAgainAsync();
        Assert.Equal(300, acknowledged.Count);
        foreach (var number in acknowledged)
        {
            Assert.Equal($"value-{number}", (await Tool.RedisAsync(again.RedisPort(2), "get", $"key-{number}")).Text());
        }

        await again.HealedAsync(seenBy: 1, members: 3);
        await again.StopAsync();
    }

    [Fact]
    public async Task With_two_of_three_nodes_down_writes_are_refused_clearly_and_resume_when_one_returns()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8", "--restart", "false");
        (await Tool.RedisAsync(cluster.RedisPort(1), "set", "kept", "1")).Text();

        // A survivor that has not been told of a commit may not take it for one while it is alone, so it is told first.
        await Eventually.TrueAsync("node 1 knows all of its log to be committed", TimeSpan.FromSeconds(30), async () =>
            (await cluster.StatusAsync(1)).GetProperty("replicas").EnumerateArray().All(replica =>
                replica.GetProperty("last").GetString()!.EndsWith($".{replica.GetProperty("applied").GetUInt64()}", StringComparison.Ordinal)));
        var commandLine = await File.ReadAllBytesAsync($"/proc/{cluster.Pid(2)}/cmdline");
        cluster.Kill(2);
        cluster.Kill(3);
        await Eventually.TrueAsync("writes are refused for want of replicas", TimeSpan.FromSeconds(60), async () =>
            (await Tool.RedisAsync(cluster.RedisPort(1), "set", "new", "1")).Output.StartsWith("NOREPLICAS", StringComparison.Ordinal));
        await Eventually.TrueAsync("reads are answered", TimeSpan.FromSeconds(60), async () =>
            (await Tool.RedisAsync(cluster.RedisPort(1), "get", "kept")).Output.Trim() == "1");

        var arguments = System.Text.Encoding.UTF8.GetString(commandLine).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var standalone = arguments.Skip(1).Where((_, index) => !arguments[index + 1].StartsWith("--parent-pid", StringComparison.Ordinal)
            && !arguments[index].Equals("--parent-pid", StringComparison.Ordinal));
        using var returned = Tool.Start(arguments[0], [.. standalone]);
        try
        {
            await Eventually.TrueAsync("writes resume", TimeSpan.FromSeconds(90), async () =>
                (await Tool.RedisAsync(cluster.RedisPort(1), "set", "new", "2")).Output.Trim() == "OK");
            Assert.Equal("2", (await Tool.RedisAsync(cluster.RedisPort(2), "get", "new")).Text());
        }
        finally
        {
            returned.Kill();
            await returned.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static Task TakenOverAsync(Cluster cluster, int node) => Eventually.TrueAsync(
        "others have taken over what the paused node led", TimeSpan.FromSeconds(60), async () =>
        {
            var status = await cluster.StatusAsync(3);
            var paused = status.GetProperty("nodes").EnumerateArray()
                .Single(candidate => candidate.GetProperty("name").GetString() == $"node-{node}").GetProperty("id").GetString();
            return status.GetProperty("partitions").EnumerateArray()
                .All(partition => partition.GetProperty("members").EnumerateArray().First().GetString() != paused);
        });

    /// <summary>The names of those that lead a partition, as the second node sees it.</summary>
    private static async Task<string[]> LeadersAsync(Cluster cluster)
    {
        var status = await cluster.StatusAsync(2);
        var names = status.GetProperty("nodes").EnumerateArray().ToDictionary(node => node.GetProperty("id").GetString()!, node => node.GetProperty("name").GetString()!);
        return [.. status.GetProperty("partitions").EnumerateArray().Select(partition => names[partition.GetProperty("members")[0].GetString()!]).Distinct().Order()];
    }
}
