using System.Net.Sockets;
using System.Text;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>The plain-text service through plain sockets: dial, send, receive, close.</summary>
public sealed class PlainTextTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_client_goes_on_through_the_kill_of_the_node_that_it_talks_to()
    {
        await using var zooKeeper = await ApacheServer.StartAsync();
        await using var cluster = await Cluster.StartAsync("--zookeeper", zooKeeper.ConnectString, "--text", "--partitions", "8");
        var port = cluster.TextPort(1);
        Assert.Equal("ALIVE", await AskAsync(port, "HEARTBEAT"));
        Assert.Equal("PUT greeting=hi OK", await AskAsync(port, "PUT greeting hi there"));
        Assert.Equal("GET greeting=hi", await AskAsync(cluster.TextPort(2), "GET greeting"));
        Assert.Equal("Error: Key 'none' not found.", await AskAsync(port, "GET none"));
        Assert.Equal("Error: PUT command must be in the format 'PUT <key> <value>'.", await AskAsync(port, "PUT greeting"));
        Assert.Equal("Error: GET command must be in the format 'GET <key>'.", await AskAsync(port, "GET"));
        Assert.Equal("Invalid command. Use PUT <key> <value> or GET <key>.", await AskAsync(port, "DELETE greeting"));

        var old = cluster.Pid(1);
        cluster.Kill(1);
        await UntilAsync(port, "GET greeting", "GET greeting=hi");
        await Eventually.TrueAsync("it is another process", Patience, () => Task.FromResult(cluster.Pid(1) != old));
        await UntilAsync(port, "PUT greeting again", "PUT greeting=again OK");
        await UntilAsync(cluster.TextPort(3), "GET greeting", "GET greeting=again");
        Assert.Equal("again", (await Tool.RedisAsync(cluster.RedisPort(2), "get", "greeting")).Text());
        await cluster.StopAsync();
    }

    /// <summary>Asks until the answer is the one that is expected; until then nobody may be there, or the store may not be ready.</summary>
    private static Task UntilAsync(int port, string request, string reply) =>
        Eventually.TrueAsync($"{request} is answered", Patience, async () =>
        {
            try
            {
                var answer = await AskAsync(port, request);
                Assert.True(answer == reply || answer.Length == 0 || answer.StartsWith("Error: ", StringComparison.Ordinal), answer);
                return answer == reply;
            }
            catch (SocketException)
            {
                return false;
            }
        });

    private static async Task<string> AskAsync(int port, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var reply = new byte[1024];
        return Encoding.ASCII.GetString(reply, 0, await socket.ReceiveAsync(reply).Soon());
    }
}
