using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary><c>catena bench</c> against real clusters: every workload through each protocol that it goes through, the classic form, lag, failover and recovery.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task Every_workload_runs_on_a_cluster()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8", "--durability", "os", "--announce", "thrift=/kvstore");
        var basePort = Number(cluster.BasePort);
        foreach (var (workload, protocol) in ((string, string)[])[("a", "redis"), ("b", "thrift"), ("c", "redis"), ("d", "thrift"), ("e", "thrift"), ("e", "redis"), ("f", "redis"), ("f", "thrift")])
        {
            var report = await ReportAsync(
                "--workload", workload, "--protocol", protocol, "--base-port", basePort, "--keys", "1500", "--value-size", "100", "--seconds", "400ms", "--key-prefix", $"{workload}-{protocol}-");
            Assert.True(report.GetProperty("operations").GetInt64() > 0);
            Assert.DoesNotContain(report.GetProperty("errors").EnumerateObject(), error => error.Name.StartsWith("protocol", StringComparison.Ordinal));

            // On a machine that stands still for long a node may be taken for dead, and an insertion be refused.
            var isUndisturbed = report.GetProperty("refused").GetInt64() + report.GetProperty("unknown").GetInt64() == 0;
            Assert.True(!isUndisturbed || report.GetProperty("missing").GetInt64() == 0);
        }

        var calls = (await ReportAsync("--workload", "prepared", "--base-port", basePort, "--rollbacks", "50", "--seconds", "2s")).GetProperty("calls");
        Assert.All((string[])["begin", "put", "prepare", "commit", "rollback"], call => Assert.True(calls.GetProperty(call).GetProperty("count").GetInt64() > 0));

        var classic = (await Tool.CatenaAsync("bench", $"127.0.0.1:{basePort}", "/kvstore", "4", "0.5", "1000")).Text();
        Assert.Matches(@"\AAggregate throughput: [1-9]\d*\.\d\d RPCs/s\r?\nAverage latency: \d+\.\d\d\d ms\z", classic.TrimEnd());
        Assert.StartsWith("value-", (await Tool.RedisAsync(cluster.RedisPort(1), "get", (await AnyKeyAsync(cluster)).Trim())).Text(), StringComparison.Ordinal);

        var lag = JsonDocument.Parse((await Tool.CatenaAsync("bench", "lag", "--base-port", basePort, "--seconds", "1s", "--json")).Text()).RootElement;
        var writes = lag.GetProperty("write").GetProperty("count").GetInt64();
        Assert.True(writes > 0);
        Assert.All(cluster.NodeAddresses(3).Where(word => word.Contains(':', StringComparison.Ordinal)), node => Assert.Equal(writes, lag.GetProperty(node).GetProperty("count").GetInt64()));

        await cluster.StopAsync();
    }

    [Fact]
    public async Task Failover_and_recovery_are_measured_on_a_cluster_that_is_gone_afterwards()
    {
        var port = FreePorts.Block();
        string[] shape = ["--base-port", Number(port), "--partitions", "4", "--durability", "os", "--json"];
        var failover = JsonDocument.Parse((await Tool.CatenaAsync(["bench", "failover", "--rounds", "1", .. shape])).Text()).RootElement.GetProperty("writeGapMs");
        Assert.True(failover.GetProperty("worst").GetDouble() > 1);
        Assert.Equal(1, failover.GetProperty("rounds").GetArrayLength());

        var recovery = JsonDocument.Parse((await Tool.CatenaAsync(["bench", "recovery", "--rounds", "1", "--keys", "2000", "--down", "200ms", .. shape])).Text()).RootElement;
        Assert.All((string[])["answersMs", "readyMs", "memberMs"], figure => Assert.True(recovery.GetProperty(figure).GetProperty("median").GetDouble() > 1));

        foreach (var gone in (int[])[port, port + 101, port + 102, port + 103])
        {
            using var client = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", gone, TestContext.Current.CancellationToken).AsTask());
        }
    }

    private static async Task<JsonElement> ReportAsync(params string[] arguments) =>
        JsonDocument.Parse((await Tool.CatenaAsync(["bench", "--json", .. arguments])).Text()).RootElement;

    /// <summary>A key that the classic form has written.</summary>
    private static async Task<string> AnyKeyAsync(Cluster cluster)
    {
        for (var number = 0; number < 1000; number++)
        {
            var key = $"key-{Number(number)}";
            if ((await Tool.RedisAsync(cluster.RedisPort(1), "exists", key)).Text() == "1")
            {
                return key;
            }
        }

        throw new InvalidOperationException("no key was written");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
