using System.Text;
using Catena.Server.Node;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisAuthenticationTests
{
    private const string NoAuth = "-NOAUTH Authentication required.\r\n";
    private const string WrongPass = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    [Fact]
    public async Task Nothing_but_telling_the_password_is_allowed_before_it()
    {
        await using var host = new RedisHost(password: "secret");
        using var client = host.Connect();
        foreach (var request in new[] { "GET k", "PING", "INFO", "CONFIG GET requirepass", "SUBSCRIBE c", "CLIENT LIST", "FLUSHALL", "CLUSTER INFO" })
        {
            client.Ask(request, NoAuth);
        }

        client.Ask("NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
        client.Ask("GET", "-ERR wrong number of arguments for 'get' command\r\n");
        client.Ask("RESET", "+RESET\r\n");
        client.Ask("AUTH wrong", WrongPass);
        client.Ask("AUTH someone secret", WrongPass);
        client.Ask("AUTH default secrets", WrongPass);
        client.Ask("AUTH default secret more", "-ERR syntax error\r\n");
        client.Ask("GET k", NoAuth);
        Assert.Empty(host.Router.Started);

        client.Ask("AUTH secret", "+OK\r\n");
        client.Ask("GET k", "$-1\r\n");
        client.Ask("AUTH wrong", WrongPass);
        client.Ask("GET k", "$-1\r\n");
        client.Ask("RESET", "+RESET\r\n");
        client.Ask("GET k", NoAuth);
        client.Ask("AUTH default secret", "+OK\r\n");
        client.Ask("CONFIG GET requirepass", "*2\r\n$11\r\nrequirepass\r\n$6\r\nsecret\r\n");
    }

    [Fact]
    public async Task Hello_can_tell_the_password()
    {
        await using var host = new RedisHost(password: "secret");
        using var client = host.Connect();
        client.Ask(
            "HELLO 3",
            "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to "
            + "authenticate the client and select the RESP protocol version at the same time\r\n");
        client.Ask("HELLO 3 AUTH default wrong", WrongPass);
        client.Ask("PING", NoAuth);
        client.Request("HELLO", "3", "AUTH", "default", "secret");
        client.Expect("%7\r\n");
    }

    [Fact]
    public async Task A_pipeline_may_begin_with_the_password_and_then_be_as_long_as_any()
    {
        await using var host = new RedisHost(password: "secret");
        using var client = host.Connect();
        var value = new string('v', 100_000);
        var keys = Enumerable.Range(0, 40).Select(i => $"{{t}}{i}").ToArray();
        client.Send(Wire.Encode("AUTH", "secret") + Wire.Encode("SET", "k", value) + Wire.Encode(["EXISTS", .. keys]) + Wire.Encode("GET", "k"));
        client.Expect($"+OK\r\n+OK\r\n:0\r\n$100000\r\n{value}\r\n");
    }

    [Theory]
    [InlineData("*11\r\n", "-ERR Protocol error: unauthenticated multibulk length\r\n")]
    [InlineData("*2\r\n$4\r\nAUTH\r\n$16385\r\n", "-ERR Protocol error: unauthenticated bulk length\r\n")]
    public async Task Who_has_not_told_the_password_cannot_make_the_server_hold_much(string bytes, string error)
    {
        await using var host = new RedisHost(password: "secret");
        using var client = host.Connect();
        client.Send(bytes);
        Assert.Equal(error, client.ReceiveToEnd());
    }

    [Fact]
    public async Task Without_a_password_any_is_good_for_the_default_user_and_none_else_exists()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask(
            "AUTH x",
            "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\r\n");
        client.Ask("AUTH default x", "+OK\r\n");
        client.Ask("AUTH other x", WrongPass);
    }

    [Fact]
    public async Task A_password_that_is_set_at_run_time_holds_for_new_clients_and_those_connected_go_on()
    {
        await using var host = new RedisHost();
        using var old = host.Connect();
        old.Ask("CONFIG SET requirepass pw", "+OK\r\n");
        old.Ask("GET k", "$-1\r\n");
        using (var fresh = host.Connect())
        {
            fresh.Ask("GET k", NoAuth);
            old.Request("CONFIG", "SET", "requirepass", "");
            old.Expect("+OK\r\n");
            fresh.Ask("GET k", "$-1\r\n");
            fresh.Request("SET", "k", new string('v', 50_000));
            fresh.Expect("+OK\r\n");
        }

        old.Ask("CONFIG SET requirepass other", "+OK\r\n");
        old.Ask("RESET", "+RESET\r\n");
        old.Ask("GET k", NoAuth);
        old.Ask("AUTH other", "+OK\r\n");
    }

    [Fact]
    public void A_password_prints_as_nothing_and_matches_itself_alone()
    {
        var password = new RedisPassword("pässword");
        Assert.DoesNotContain("pässword", password.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "pässword",
            new NodeOptions { Name = "n", DataDirectory = "d", ZooKeeper = "z", PeerPort = 1, RedisPassword = password }.ToString(),
            StringComparison.Ordinal);
        Assert.True(password.Matches(Encoding.UTF8.GetBytes("pässword")));
        Assert.False(password.Matches("password"u8));
        Assert.False(password.Matches([]));
        Assert.Throws<ArgumentException>(() => new RedisPassword(""));
    }

    [Fact]
    public async Task Slow_commands_are_remembered_without_passwords()
    {
        await using var host = new RedisHost(password: "secret");
        using var client = host.Connect();
        client.Ask("AUTH secret", "+OK\r\n");
        client.Ask("CONFIG SET slowlog-log-slower-than 0", "+OK\r\n");
        client.Ask("AUTH secret", "+OK\r\n");
        client.Ask("CONFIG SET requirepass hushhush", "+OK\r\n");
        client.Request("HELLO", "2", "AUTH", "default", "hushhush");
        client.Receive("*14\r\n".Length);
        using var other = host.Connect();
        other.Ask("AUTH hushhush", "+OK\r\n");
        Assert.All(
            host.Listener.SlowLog.Newest(100).SelectMany(entry => entry.Arguments).Select(Encoding.ASCII.GetString),
            argument => Assert.False(argument.Contains("secret", StringComparison.Ordinal) || argument.Contains("hush", StringComparison.Ordinal)));
        Assert.True(host.Listener.SlowLog.Count >= 4);
    }
}
