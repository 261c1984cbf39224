using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>What someone sees who starts a cluster and points their own tools at it.</summary>
public sealed class FirstContactTests
{
    [Fact]
    public async Task Any_node_answers_any_key_through_redis_cli_Thrift_and_python3_redis()
    {
        await using var cluster = await Cluster.StartAsync();
        Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(1), "set", "a", "1")).Text());
        Assert.Equal("1", (await Tool.RedisAsync(cluster.RedisPort(3), "get", "a")).Text());

        var generated = Directory.CreateDirectory(Path.Combine(cluster.Data, "thrift")).FullName;
        (await Tool.RunAsync("thrift", "--gen", "py", "-out", generated, Path.Combine(Repository.Root, "idl", "catena.thrift"))).Text();
        var port = cluster.ThriftPort(2).ToString(CultureInfo.InvariantCulture);
        Assert.Equal("1", (await Tool.RunAsync("/usr/bin/python3", Repository.Client("thrift_get.py"), generated, port, "a")).Text());

        for (var node = 1; node <= 3; node++)
        {
            var redisPort = cluster.RedisPort(node).ToString(CultureInfo.InvariantCulture);
            Assert.Equal("done", (await Tool.RunAsync("/usr/bin/python3", Repository.Client("redis_round.py"), redisPort)).Text());
            Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(node), "flushall")).Text());
            Assert.Equal("0", (await Tool.RedisAsync(cluster.RedisPort(node), "dbsize")).Text());
        }

        await cluster.StopAsync();
    }

    [Fact]
    public async Task Redis_benchmark_runs_unmodified_against_any_node()
    {
        await using var cluster = await Cluster.StartAsync();
        for (var node = 1; node <= 3; node++)
        {
            var port = cluster.RedisPort(node).ToString(CultureInfo.InvariantCulture);
            var report = (await Tool.RunAsync(
                "redis-benchmark", "-p", port, "-t", "ping,set,get,incr", "-n", "2000", "-P", "8", "-r", "500", "--csv")).Text();
            Assert.Contains("\"SET\"", report, StringComparison.Ordinal);
            Assert.Contains("\"INCR\"", report, StringComparison.Ordinal);
            Assert.DoesNotContain("rror", report, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Status_names_master_sub_master_and_slave_and_the_command_line_reads_and_writes()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");
        var status = await cluster.StatusAsync(2);
        var roles = status.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("role").GetString()!).Order();
        Assert.Equal(["master", "slave", "sub-master"], roles);
        Assert.Equal(8, status.GetProperty("partitions").GetArrayLength());

        var node = $"127.0.0.1:{cluster.RedisPort(2)}";
        (await Tool.CatenaAsync("put", "greeting", "hello", "--node", node)).Text();
        Assert.Equal("hello", (await Tool.CatenaAsync("get", "greeting", "--node", node)).Text());
        Assert.Contains("greeting", (await Tool.CatenaAsync("scan", "--node", node)).Text(), StringComparison.Ordinal);
        (await Tool.CatenaAsync("status", "--node", $"127.0.0.1:{cluster.HttpPort(1)}")).Text();
        await cluster.StopAsync();
    }
}
