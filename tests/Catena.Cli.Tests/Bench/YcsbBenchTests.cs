using System.Text.Json;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;

namespace Catena.Cli.Tests.Bench;

public sealed class YcsbBenchTests
{
    [Theory]
    [InlineData("a", "reads", "writes")]
    [InlineData("b", "reads", "writes")]
    [InlineData("c", "reads")]
    [InlineData("d", "reads", "inserts")]
    [InlineData("e", "scans", "inserts")]
    [InlineData("f", "reads", "readModifyWrites")]
    public void A_workload_loads_its_records_and_finds_them(string workload, params string[] kinds)
    {
        var store = new Dictionary<string, string>();
        using var server = FakeRedisServer.WithStore(store);

        var result = Support.Cli.Run(
            "bench", "--workload", workload, "--protocol", "redis", "--node", server.Address.ToString(), "--keys", "1200", "--value-size", "50", "--seconds", "700ms", "--threads", "4", "--json");

        Assert.Equal(ExitCode.Ok, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(workload, report.GetProperty("workload").GetString());
        Assert.True(store.Count >= 1200);
        Assert.All(store.Values, value => Assert.Equal(50, value.Length));
        Assert.Equal(0, report.GetProperty("missing").GetInt64());
        Assert.Equal(0, report.GetProperty("refused").GetInt64() + report.GetProperty("unknown").GetInt64());
        var operations = report.GetProperty("operations").GetInt64();

        // Of fewer, all could be of one kind by chance.
        Assert.All(kinds, kind => Assert.True(operations < 500 || report.GetProperty(kind).GetProperty("count").GetInt64() > 0));
        Assert.Equal(operations, report.GetProperty("timeline").EnumerateArray().Sum(point => point.GetProperty("operations").GetInt64()));
        var inserted = report.TryGetProperty("inserts", out var inserts) ? inserts.GetProperty("count").GetInt64() : 0;
        Assert.Equal(1200 + inserted, store.Count);
    }

    [Fact]
    public void Loading_and_running_can_be_done_apart()
    {
        var store = new Dictionary<string, string>();
        using var server = FakeRedisServer.WithStore(store);

        var loaded = Support.Cli.Run("bench", "-w", "c", "--node", server.Address.ToString(), "--keys", "300", "--phase", "load");
        Assert.Equal(ExitCode.Ok, loaded.Code);
        Assert.Equal(300, store.Count);
        Assert.Contains("Every key was written once", loaded.Output, StringComparison.Ordinal);

        store["user7"] = "other";
        var run = Support.Cli.Run("bench", "-w", "c", "--node", server.Address.ToString(), "--keys", "300", "--phase", "run", "--seconds", "100ms");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal("other", store["user7"]);
    }

    [Fact]
    public void Loading_that_gets_nowhere_is_given_up()
    {
        using var server = new FakeRedisServer(_ => writer => writer.WriteError("NOREPLICAS none"u8));

        var result = Support.Cli.Run("bench", "-w", "c", "--node", server.Address.ToString(), "--keys", "10", "--timeout", "100ms");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("10 keys could not be written: NOREPLICAS", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_is_told_before_anything_else()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["password"], "secret\n");
        var first = new List<string>();
        using var server = new FakeRedisServer(request =>
        {
            lock (first)
            {
                first.Add(string.Join(' ', request));
            }

            return writer => writer.WriteOk();
        });

        var result = Support.Cli.Run(
            "bench", "--node", server.Address.ToString(), "--threads", "1", "--reads", "0", "--seconds", "50ms", "--redis-password-file", directory["password"]);

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Equal("AUTH default secret", first[0]);
        Assert.Single(first, request => request.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public void The_report_is_one_page_that_needs_nothing_else()
    {
        using var server = FakeRedisServer.WithStore([]);
        using var directory = new TemporaryDirectory();

        var result = Support.Cli.Run(
            "bench", "-w", "f", "--node", server.Address.ToString(), "--keys", "100", "--seconds", "200ms", "--rate", "500", "--html", directory["report.html"]);

        Assert.Equal(ExitCode.Ok, result.Code);
        var page = File.ReadAllText(directory["report.html"]);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.EndsWith("</body></html>\n", page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split("<svg").Length - 1);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("readModifyWrites", page, StringComparison.Ordinal);
        Assert.All((string[])["http:", "https:", "<script", "<link", "src=", "url(", "NaN", "∞"], outside => Assert.DoesNotContain(outside, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--workload", "a", "--reads", "10")]
    [InlineData("--workload", "a", "--history", "h")]
    [InlineData("--phase", "load")]
    [InlineData("--rate", "0")]
    [InlineData("--rate", "10", "--pause", "1ms")]
    [InlineData("--history", "h", "--rate", "10")]
    [InlineData("--workload", "bank", "--rate", "10")]
    [InlineData("--max-scan", "10")]
    [InlineData("--rollbacks", "10")]
    [InlineData("--workload", "prepared", "--protocol", "redis")]
    [InlineData("--distribution", "normal")]
    [InlineData("127.0.0.1:7000", "/kvstore", "8", "10")]
    [InlineData("127.0.0.1:7000", "kvstore", "8", "10", "100")]
    [InlineData("127.0.0.1:7000", "/kvstore", "0", "10", "100")]
    [InlineData("127.0.0.1:7000", "/kvstore", "8", "x", "100")]
    [InlineData("127.0.0.1:7000", "/kvstore", "8", "10", "0")]
    [InlineData("127.0.0.1:x", "/kvstore", "8", "10", "100")]
    [InlineData("failover", "--nodes", "1")]
    [InlineData("recovery", "--rounds", "0")]
    [InlineData("lag", "--keys", "0")]
    public void What_does_not_fit_is_refused(params string[] arguments) => Assert.Equal(ExitCode.Usage, Support.Cli.Run(["bench", .. arguments]).Code);
}
