using System.Text.Json;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;

namespace Catena.Cli.Tests.Data;

public sealed class DataCommandTests
{
    [Fact]
    public void What_was_put_is_got_and_deleted()
    {
        var store = new Dictionary<string, string>();
        using var server = FakeRedisServer.WithStore(store);
        var node = server.Address.ToString();

        Assert.Equal(new CliResult(ExitCode.Ok, "", ""), Support.Cli.Run("put", "a", "x y", "--node", node));
        Assert.Equal(new CliResult(ExitCode.Ok, "x y\n", ""), Support.Cli.Run("get", "a", "--node", node));
        Assert.Equal(new CliResult(ExitCode.Ok, "1\n", ""), Support.Cli.Run("del", "a", "b", "--node", node));
        Assert.Equal(new CliResult(ExitCode.Failed, "", "catena: a is absent\n"), Support.Cli.Run("get", "a", "--node", node));
    }

    [Fact]
    public void The_password_is_told_before_anything_else()
    {
        using var temporary = new TemporaryDirectory();
        File.WriteAllText(temporary["pw"], "secret\n");
        var heard = new List<string>();
        using var server = new FakeRedisServer(request =>
        {
            lock (heard)
            {
                heard.Add(string.Join(' ', request));
            }

            return request[0] != "AUTH" ? writer => writer.WriteBulk("1")
                : request[2] == "secret" ? writer => writer.WriteOk()
                : writer => writer.WriteError("WRONGPASS no"u8);
        });
        var node = server.Address.ToString();

        Assert.Equal(new CliResult(ExitCode.Ok, "1\n", ""), Support.Cli.Run("get", "a", "--node", node, "--redis-password-file", temporary["pw"]));
        Assert.Equal(["AUTH default secret", "GET a"], heard);
        File.WriteAllText(temporary["pw"], "wrong\n");
        var refused = Support.Cli.Run("get", "a", "--node", node, "--redis-password-file", temporary["pw"]);
        Assert.Equal((ExitCode.Failed, "catena: AUTH was refused: WRONGPASS no\n"), (refused.Code, refused.Error));
    }

    [Fact]
    public void Json_tells_keys_values_and_what_is_absent()
    {
        using var server = FakeRedisServer.WithStore(new() { ["a"] = "1" });

        var result = Support.Cli.Run("get", "a", "b", "--json", "--node", server.Address.ToString());

        Assert.Equal(ExitCode.Failed, result.Code);
        var values = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("1", values[0].GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, values[1].GetProperty("value").ValueKind);
    }

    [Fact]
    public void A_scan_goes_on_until_the_cursor_is_back_at_zero()
    {
        using var server = FakeRedisServer.WithStore(Enumerable.Range(0, 5).ToDictionary(i => $"k{i}", i => "v"));

        Assert.Equal("k0\nk1\nk2\nk3\nk4\n", Support.Cli.Run("scan", "--node", server.Address.ToString()).Output);
        Assert.Equal("k0\nk1\nk2\n", Support.Cli.Run("scan", "--limit", "3", "--node", server.Address.ToString()).Output);
    }

    [Fact]
    public void A_time_to_live_is_sent_in_milliseconds()
    {
        string[]? seen = null;
        using var server = new FakeRedisServer(request =>
        {
            seen = request;
            return writer => writer.WriteOk();
        });

        Assert.Equal(ExitCode.Ok, Support.Cli.Run("put", "a", "1", "--ttl", "1.5s", "--node", server.Address.ToString()).Code);

        Assert.Equal(["SET", "a", "1", "PX", "1500"], seen ?? []);
    }

    [Theory]
    [InlineData("CLUSTERDOWN Hash slot not served", ExitCode.ClusterDead)]
    [InlineData("NOREPLICAS Not enough good replicas to write.", ExitCode.Failed)]
    public void A_refusal_is_shown_as_the_node_gave_it(string error, int code)
    {
        using var server = new FakeRedisServer(_ => writer => writer.WriteError(System.Text.Encoding.UTF8.GetBytes(error)));

        var result = Support.Cli.Run("put", "a", "1", "--node", server.Address.ToString());

        Assert.Equal(code, result.Code);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_node_that_listens_is_asked()
    {
        using var gone = FakeRedisServer.WithStore([]);
        var dead = gone.Address.ToString();
        gone.Dispose();
        using var server = FakeRedisServer.WithStore(new() { ["a"] = "1" });

        Assert.Equal("1\n", Support.Cli.Run("get", "a", "--node", dead, "--node", server.Address.ToString()).Output);
        Assert.Equal(ExitCode.ClusterDead, Support.Cli.Run("get", "a", "--node", dead).Code);
    }

    [Fact]
    public void A_connection_that_breaks_leaves_a_write_open_and_says_so()
    {
        using var server = new FakeRedisServer(_ => null);

        var result = Support.Cli.Run("put", "a", "1", "--node", server.Address.ToString());

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("whether a write took effect is open", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_disturb_a_terminal_is_escaped()
    {
        using var server = FakeRedisServer.WithStore(new() { ["a"] = "x\u001b[2Jy" });

        Assert.Equal("x\\x1b[2Jy\n", Support.Cli.Run("get", "a", "--node", server.Address.ToString()).Output);
    }
}
