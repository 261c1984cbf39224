using System.Text.Json;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Master, sub-master and slaves, as people see them who ask ZooKeeper, and as <c>catena status</c> shows them.</summary>
public sealed class RoleTests
{
    [Fact]
    public async Task Roles_move_up_when_a_node_dies_and_one_that_returns_starts_as_a_slave_and_a_cluster_without_nodes_is_dead()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8", "--restart", "false", "--session-timeout", "2s");
        using var watch = new RoleWatch($"127.0.0.1:{cluster.BasePort}");
        var latest = await watch.UntilAsync("three nodes", line => line.Contains("slaves=", StringComparison.Ordinal));

        // Which node comes first, nobody says; who is what from then on is certain.
        var order = latest.Split(' ').Skip(1).Select(word => NumberOf(cluster, word.Split('=')[1])).ToArray();
        await SameInStatusAsync(cluster, order[1], ("master", order[0]), ("sub-master", order[1]), ("slave", order[2]));

        var commandLine = await StandaloneNode.CommandLineAsync(cluster.Pid(order[0]));
        cluster.Kill(order[0]);
        await watch.UntilAsync($"alive master={At(cluster, order[1])} sub-master={At(cluster, order[2])}");
        await SameInStatusAsync(cluster, order[1], ("down", order[0]), ("master", order[1]), ("sub-master", order[2]));
        await Eventually.TrueAsync("what the cluster takes is served", TimeSpan.FromSeconds(60), async () =>
            (await Tool.RedisAsync(cluster.RedisPort(order[1]), "set", "a", "1")).Output.Trim() == "OK");

        await using (StandaloneNode.Start(commandLine))
        {
            await watch.UntilAsync($"alive master={At(cluster, order[1])} sub-master={At(cluster, order[2])} slaves={At(cluster, order[0])}");
            await SameInStatusAsync(cluster, order[0], ("slave", order[0]), ("master", order[1]), ("sub-master", order[2]));
            cluster.Kill(order[1]);
            cluster.Kill(order[2]);
            await watch.UntilAsync($"alive master={At(cluster, order[0])}");
        }

        await watch.UntilAsync("dead");
        string[] ask = ["status", "--base-port", $"{cluster.BasePort}"];
        var text = await Tool.CatenaAsync(ask);
        Assert.Equal(3, text.ExitCode);
        Assert.Contains("no node answers", text.Errors, StringComparison.Ordinal);
        var json = await Tool.CatenaAsync([.. ask, "--json"]);
        Assert.Equal(3, json.ExitCode);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("dead", document.RootElement.GetProperty("state").GetString());
    }

    private static string At(Cluster cluster, int node) => $"node-{node}@127.0.0.1:{cluster.RedisPort(node)}";

    private static int NumberOf(Cluster cluster, string at) => Enumerable.Range(1, 3).Single(node => At(cluster, node) == at);

    /// <summary>Waits until <c>catena status</c>, asked at one node, shows these roles, as text and as JSON.</summary>
    private static Task SameInStatusAsync(Cluster cluster, int seenBy, params (string Role, int Node)[] roles) =>
        Eventually.TrueAsync("catena status shows the same roles", TimeSpan.FromSeconds(60), async () =>
        {
            string[] ask = ["status", "--node", $"127.0.0.1:{cluster.HttpPort(seenBy)}"];
            var text = await Tool.CatenaAsync(ask);
            var json = await Tool.CatenaAsync([.. ask, "--json"]);
            if (text.ExitCode != 0 || json.ExitCode != 0)
            {
                return false;
            }

            using var document = JsonDocument.Parse(json.Output);
            var told = document.RootElement.GetProperty("nodes").EnumerateArray()
                .ToDictionary(node => node.GetProperty("name").GetString()!, node => node.GetProperty("role").GetString());
            return document.RootElement.GetProperty("cluster").GetProperty("state").GetString() == "alive" && roles.All(role =>
                told[$"node-{role.Node}"] == role.Role && text.Output.Split('\n').Any(line =>
                    line.Contains($" node-{role.Node} ", StringComparison.Ordinal) && line.Contains($" {role.Role} ", StringComparison.Ordinal)));
        });
}
