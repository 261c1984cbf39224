using System.Text.Json;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;

namespace Catena.Cli.Tests.Bench;

public sealed class BenchTests
{
    [Fact]
    public void A_load_on_a_server_prints_the_two_lines_that_scripts_look_for()
    {
        using var server = FakeRedisServer.WithStore([]);

        var result = Support.Cli.Run("bench", "--node", server.Address.ToString(), "--seconds", "200ms", "--threads", "2", "--keys", "10");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Matches(@"(?m)^Aggregate throughput: \d+\.\d+ RPCs/s$", result.Output);
        Assert.Matches(@"(?m)^Average latency: \d+\.\d+ ms$", result.Output);
    }

    [Fact]
    public void A_history_of_a_right_server_reads_what_was_written()
    {
        using var server = FakeRedisServer.WithStore([]);
        using var directory = new TemporaryDirectory();

        var result = Support.Cli.Run(
            "bench", "--node", server.Address.ToString(), "--seconds", "200ms", "--threads", "1", "--keys", "3", "--pipeline", "4",
            "--history", directory["history.jsonl"], "--json");

        Assert.Equal(ExitCode.Ok, result.Code);
        var operations = File.ReadLines(directory["history.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(JsonDocument.Parse(result.Output).RootElement.GetProperty("operations").GetInt32(), operations.Count);
        Assert.Equal([0, 1, 2, 3], operations.Select(operation => operation.GetProperty("client").GetInt32()).Distinct().Order());

        // One connection and one server that takes requests in order: each get sees the put before it.
        var state = new Dictionary<string, string?>();
        foreach (var operation in operations)
        {
            var key = operation.GetProperty("key").GetString()!;
            Assert.True(operation.GetProperty("return").GetInt64() > operation.GetProperty("call").GetInt64());
            Assert.Equal("ok", operation.GetProperty("outcome").GetString());
            if (operation.GetProperty("op").GetString() == "put")
            {
                var value = operation.GetProperty("arguments").GetProperty("value").GetString();
                Assert.DoesNotContain(value, state.Values);
                state[key] = value;
                continue;
            }

            var seen = operation.GetProperty("result");
            Assert.Equal(
                state.GetValueOrDefault(key), seen.GetProperty("found").GetBoolean() ? seen.GetProperty("value").GetString() : null);
        }
    }

    [Fact]
    public void A_broken_connection_leaves_outcomes_open_and_the_client_goes_on_under_a_new_number()
    {
        var requests = 0;
        using var server = new FakeRedisServer(
            _ => Interlocked.Increment(ref requests) % 10 == 0 ? null : writer => writer.WriteOk());
        using var directory = new TemporaryDirectory();

        var result = Support.Cli.Run(
            "bench", "--node", server.Address.ToString(), "--seconds", "300ms", "--threads", "1", "--reads", "0",
            "--history", directory["history.jsonl"], "--json");

        Assert.Equal(ExitCode.Ok, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;
        var operations = File.ReadLines(directory["history.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var open = operations.Where(operation => operation.GetProperty("outcome").GetString() == "unknown")
            .Select(operation => operation.GetProperty("client").GetInt32()).ToList();
        Assert.NotEmpty(open);
        Assert.Equal(report.GetProperty("unknown").GetInt32(), open.Count);
        Assert.Equal(open.Count, open.Distinct().Count());
        foreach (var client in open)
        {
            Assert.Equal("unknown", operations.Last(operation => operation.GetProperty("client").GetInt32() == client).GetProperty("outcome").GetString());
        }
    }

    [Theory]
    [InlineData("NOREPLICAS Not enough good replicas to write.", "fail", "NOREPLICAS")]
    [InlineData("ERR value is too long", "fail", "ERR value is too long")]
    [InlineData("UNKNOWN the outcome of the command is open", "unknown", "UNKNOWN the outcome of the command is open")]
    public void Errors_are_counted_by_kind_and_only_one_leaves_the_outcome_open(string error, string outcome, string kind)
    {
        using var server = new FakeRedisServer(_ => writer => writer.WriteError(System.Text.Encoding.UTF8.GetBytes(error)));
        using var directory = new TemporaryDirectory();

        var result = Support.Cli.Run(
            "bench", "--node", server.Address.ToString(), "--seconds", "50ms", "--threads", "1", "--reads", "0",
            "--history", directory["history.jsonl"], "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal([kind], report.GetProperty("errors").EnumerateObject().Select(property => property.Name));
        Assert.All(
            File.ReadLines(directory["history.jsonl"]),
            line => Assert.Equal(outcome, JsonDocument.Parse(line).RootElement.GetProperty("outcome").GetString()));
    }

    [Fact]
    public void Filling_writes_every_key_once_and_is_not_counted()
    {
        var store = new Dictionary<string, string>();
        using var server = FakeRedisServer.WithStore(store);

        var result = Support.Cli.Run(
            "bench", "--node", server.Address.ToString(), "--seconds", "1s", "--threads", "3", "--keys", "500", "--reads", "100", "--fill", "--json");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Equal(500, store.Count);
        Assert.Equal(0, JsonDocument.Parse(result.Output).RootElement.GetProperty("writes").GetProperty("count").GetInt64());
    }

    [Fact]
    public void Nobody_listening_is_told_as_a_dead_cluster()
    {
        using var server = FakeRedisServer.WithStore([]);
        var address = server.Address.ToString();
        server.Dispose();

        var result = Support.Cli.Run("bench", "--node", address, "--seconds", "50ms");

        Assert.Equal(ExitCode.ClusterDead, result.Code);
        Assert.Contains(address, result.Error, StringComparison.Ordinal);
    }
}
