using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>npm's two Redis clients, unmodified: against any node, and as cluster clients.</summary>
public sealed class NpmClientTests
{
    private static readonly string[] Rounds = ["node_redis_round.js", "ioredis_round.js"];

    [Fact]
    public async Task Npms_redis_and_ioredis_work_against_any_node()
    {
        await using var cluster = await Cluster.StartAsync();
        for (var node = 1; node <= 3; node++)
        {
            foreach (var round in Rounds)
            {
                await RunAsync(round, "plain", [cluster.RedisPort(node)]);
                Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(node), "flushall")).Text());
            }
        }

        await cluster.StopAsync();
    }

    [Fact]
    public async Task Npms_redis_and_ioredis_work_as_cluster_clients()
    {
        await using var cluster = await Cluster.StartAsync("--redis-cluster");
        int[] ports = [cluster.RedisPort(1), cluster.RedisPort(2), cluster.RedisPort(3)];
        foreach (var round in Rounds)
        {
            await RunAsync(round, "cluster", ports);
        }

        await cluster.StopAsync();
    }

    private static async Task RunAsync(string script, string mode, int[] ports)
    {
        string[] arguments = [Repository.Client(script), mode, .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))];
        Assert.Equal("done", (await Tool.NodeAsync(arguments)).Text());
    }
}
