using System.Text.Json;
using Catena.Integration.Tests.Harness;
using Catena.Simulation.Histories;

namespace Catena.Integration.Tests;

/// <summary>A coordinator that has lost everything, over nodes that hold data.</summary>
public sealed class WipedCoordinatorTests
{
    [Fact]
    public async Task Running_nodes_serve_on_over_a_wiped_ensemble_and_take_over_its_rebuilt_tree()
    {
        await using var ensemble = await ApacheEnsemble.StartAsync();
        await using var cluster = await Cluster.StartAsync("--partitions", "16", "--restart", "false", "--zookeeper", ensemble.ConnectString);
        using var load = new Load(cluster, nodes: 2, keys: 40, threads: 4);
        await load.BegunAsync();
        await ensemble.KillAllAsync();
        for (var server = 0; server < ensemble.Size; server++)
        {
            ensemble.Wipe(server);
        }

        await ensemble.StartAllAsync();
        for (var node = 1; node <= 3; node++)
        {
            var port = cluster.HttpPort(node);
            await Eventually.TrueAsync("the node has refused the empty tree", TimeSpan.FromSeconds(60), async () =>
                (await Cluster.MetricsAsync(port)).Contains("catena_coordinator_refused 1", StringComparison.Ordinal));
        }

        string[] nodes = [.. Enumerable.Range(1, 3).SelectMany(node => new[] { "--node", $"127.0.0.1:{cluster.HttpPort(node)}" })];
        var recovery = await Tool.CatenaAsync(["cluster", "recover-metadata", "--zookeeper", ensemble.ConnectString, .. nodes]);
        Assert.True(recovery.ExitCode == 0, recovery.Errors);
        Assert.Contains("wrote 16 configurations", recovery.Output, StringComparison.Ordinal);
        await Eventually.TrueAsync("a node has taken over the rebuilt tree", TimeSpan.FromSeconds(60), async () =>
            (await Cluster.MetricsAsync(cluster.HttpPort(1))).Contains("catena_coordinator_refused 0", StringComparison.Ordinal));

        // A takeover needs a configuration to be changed.
        cluster.Kill(3);
        await cluster.HealedAsync(seenBy: 1, members: 2);
        var history = await load.LinearizableAsync();
        var bad = history.Count(operation => operation.Outcome != Outcome.Ok);
        Assert.True(bad * 50 <= history.Count, $"{bad} of {history.Count} operations were refused or of unknown outcome");
        Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(2), "set", "after", "1")).Text());
    }

    [Fact]
    public async Task Nodes_wait_over_a_wiped_coordinator_until_its_tree_is_rebuilt_from_them()
    {
        var cluster = await Cluster.StartAsync("--partitions", "16");
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(1), "set", $"key-{number}", $"value-{number}")).Text());
        }

        await cluster.StopAsync();
        Directory.Delete(Path.Combine(cluster.Data, "coordinator"), recursive: true);
        await using var again = cluster.StartAgainWithoutWaiting();
        for (var node = 1; node <= 3; node++)
        {
            // The refusal says what to do, and nothing is served or overwritten meanwhile.
            var port = again.HttpPort(node);
            await Eventually.TrueAsync("the node says what it waits for", TimeSpan.FromSeconds(60), async () =>
                (await Cluster.ReadinessAsync(port)).Contains("catena cluster recover-metadata", StringComparison.Ordinal));
        }

        var basePort = $"{again.BasePort}";
        var trial = await Tool.CatenaAsync("cluster", "recover-metadata", "--base-port", basePort, "--node", $"127.0.0.1:{again.HttpPort(1)}");
        Assert.Equal(1, trial.ExitCode);
        Assert.Contains("was not asked", trial.Errors, StringComparison.Ordinal);

        var recovery = await Tool.CatenaAsync("cluster", "recover-metadata", "--base-port", basePort, "--json");
        Assert.True(recovery.ExitCode == 0, recovery.Errors);
        using var told = JsonDocument.Parse(recovery.Output);
        Assert.Equal(16, told.RootElement.GetProperty("partitionsWritten").GetInt32());
        Assert.Equal(3, told.RootElement.GetProperty("nodesRegistered").GetArrayLength());

        await again.ReadyAsync();
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal($"value-{number}", (await Tool.RedisAsync(again.RedisPort(2), "get", $"key-{number}")).Text());
        }

        // Configurations can be changed again: a node that dies is dropped, and comes back.
        var old = again.Pid(3);
        again.Kill(3);
        await Eventually.TrueAsync("the node is started again", TimeSpan.FromSeconds(30), () => Task.FromResult(again.Pid(3) != old));
        await again.HealedAsync(seenBy: 1, members: 3);
        Assert.Equal("OK", (await Tool.RedisAsync(again.RedisPort(3), "set", "after", "1")).Text());
        await again.StopAsync();
    }
}
