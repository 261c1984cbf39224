using System.Net.Sockets;
using System.Text;
using Catena.Core.Primitives;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>What no client should send, sent to a real node: a precise error or a closed connection, bounded memory, the node unharmed.</summary>
public sealed class BadInputTests
{
    private const int MemoryAllowance = 192 << 20;

    [Fact]
    public async Task Hostile_bytes_on_every_port_leave_the_node_unharmed()
    {
        await using var cluster = await Cluster.StartAsync("--nodes", "1", "--replicas", "1", "--partitions", "4");
        (await Tool.RedisAsync(cluster.RedisPort(1), "set", "kept", "1")).Text();
        var pid = cluster.Pid(1);
        var before = ResidentBytes(pid);
        int[] ports = [cluster.RedisPort(1), cluster.ThriftPort(1), cluster.HttpPort(1), cluster.PeerPort(1), cluster.BasePort];
        var prng = new Prng(20261120);
        foreach (var port in ports)
        {
            await SendAsync(port, [0x7f, 0xff, 0xff, 0xff, .. new byte[64]]);
            await SendAsync(port, Encoding.ASCII.GetBytes("*1000000000\r\n$2000000000\r\n"));
            await SendAsync(port, Encoding.ASCII.GetBytes("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$100\r\nhalf"));
            await SendAsync(port, [0, 0, 0]);
            for (var round = 0; round < 20; round++)
            {
                var garbage = new byte[prng.Next(4000) + 1];
                foreach (ref var one in garbage.AsSpan())
                {
                    one = (byte)prng.Next(256);
                }

                await SendAsync(port, garbage);
            }
        }

        Assert.Equal("1", (await Tool.RedisAsync(cluster.RedisPort(1), "get", "kept")).Text());
        Assert.Equal(pid, cluster.Pid(1));
        Assert.True(ResidentBytes(pid) - before < MemoryAllowance, $"memory grew from {before} to {ResidentBytes(pid)} bytes");
        await cluster.StopAsync();
    }

    [Fact]
    public async Task A_key_or_value_that_is_too_long_gets_a_precise_error()
    {
        await using var cluster = await Cluster.StartAsync("--nodes", "1", "--replicas", "1", "--partitions", "4");
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", cluster.RedisPort(1), TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var longKey = new string('k', 70_000);
        Assert.StartsWith("-ERR", await AskAsync(stream, $"*3\r\n$3\r\nSET\r\n$70000\r\n{longKey}\r\n$1\r\nv\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await AskAsync(stream, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"), StringComparison.Ordinal);
        var tooLong = (16 << 20) + 1;
        Assert.StartsWith("-ERR", await AskAsync(stream, $"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${tooLong}\r\n"), StringComparison.Ordinal);
        Assert.Equal("v", (await Tool.RedisAsync(cluster.RedisPort(1), "get", "k")).Text());
        await cluster.StopAsync();
    }

    private static async Task<string> AskAsync(NetworkStream stream, string request)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(buffer, 0, count);
    }

    /// <summary>Sends bytes, half-closes, and waits until the other side has closed as well or has nothing to say for a while.</summary>
    private static async Task SendAsync(int port, byte[] bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await socket.SendAsync(bytes, patience.Token);
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
                // Whatever it answers, it has to close in the end.
            }
        }
        catch (SocketException)
        {
            // Reset: closed as well.
        }
    }

    private static long ResidentBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
