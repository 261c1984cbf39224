using System.Globalization;
using System.Text;
using Catena.Integration.Tests.Harness;
using Catena.Integration.Tests.Redis;

namespace Catena.Integration.Tests;

/// <summary>Subscriptions over three nodes, and what becomes of them when a node stops for a while.</summary>
public sealed class PubSubTests
{
    private const string Subscribed = "*3\\r\\n$9\\r\\nsubscribe\\r\\n$1\\r\\nc\\r\\n:1\\r\\n";

    [Fact]
    public async Task A_message_published_at_any_node_reaches_subscribers_of_every_node_in_the_publishers_order()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "4");
        using var listeners = new Connections(cluster);
        foreach (var listener in listeners.All)
        {
            Assert.Equal(Subscribed, Ask(listener, "SUBSCRIBE", "c"));
        }

        const int Messages = 300;
        using var publishers = new Connections(cluster);
        await Task.WhenAll(publishers.All.Select((publisher, number) => Task.Run(() =>
        {
            for (var i = 0; i < Messages; i++)
            {
                // On a machine that is busy with other things a node may be late to say how many took a message.
                Assert.StartsWith(":", Ask(publisher, "PUBLISH", "c", $"{number}:{i}"), StringComparison.Ordinal);
            }
        })));
        foreach (var listener in listeners.All)
        {
            var heard = Enumerable.Range(0, Messages * 3).Select(_ => Encoding.ASCII.GetString(listener.Read().Items[2].Body!)).ToList();
            for (var number = 0; number < 3; number++)
            {
                Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{number}:{i}"), heard.Where(text => text.StartsWith($"{number}:", StringComparison.Ordinal)));
            }
        }

        await cluster.StopAsync();
    }

    [Fact]
    public async Task A_node_that_stands_still_holds_no_publisher_up_and_is_heard_again_when_it_goes_on()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "4", "--restart", "false");
        using var listeners = new Connections(cluster);
        foreach (var listener in listeners.All)
        {
            Assert.Equal(Subscribed, Ask(listener, "SUBSCRIBE", "c"));
        }

        using var publisher = RawConnection.Open(cluster.RedisPort(1), 2);
        cluster.Pause(3);
        for (var i = 0; i < 20; i++)
        {
            Assert.Contains(Ask(publisher, "PUBLISH", "c", "meanwhile"), (string[])[":1\\r\\n", ":2\\r\\n"]);
        }

        cluster.Continue(3);
        await Eventually.TrueAsync(
            "all three nodes count again",
            TimeSpan.FromSeconds(60),
            () => Task.FromResult(Ask(publisher, "PUBLISH", "c", "again") == ":3\\r\\n"));
        await cluster.StopAsync();
    }

    [Fact]
    public async Task With_a_password_nothing_goes_without_it_and_the_nodes_among_each_other_need_none()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "open sesame\n", TestContext.Current.CancellationToken);
        try
        {
            await using var cluster = await Cluster.StartAsync("--partitions", "4", "--redis-password-file", file);
            Assert.Equal("NOAUTH Authentication required.", (await Tool.RedisAsync(cluster.RedisPort(1), "get", "a")).Text());
            Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(1), "--no-auth-warning", "-a", "open sesame", "set", "a", "1")).Text());
            Assert.Equal("1", (await Tool.RedisAsync(cluster.RedisPort(3), "--no-auth-warning", "-a", "open sesame", "get", "a")).Text());
            var node = $"127.0.0.1:{cluster.RedisPort(2)}";
            Assert.Equal("1", (await Tool.CatenaAsync("get", "a", "--node", node, "--redis-password-file", file)).Text());
            var refused = await Tool.CatenaAsync("get", "a", "--node", node);
            Assert.Contains("NOAUTH", refused.Errors, StringComparison.Ordinal);
            var commandLine = await File.ReadAllTextAsync(
                $"/proc/{cluster.Pid(1).ToString(CultureInfo.InvariantCulture)}/cmdline", TestContext.Current.CancellationToken);
            Assert.DoesNotContain("sesame", commandLine, StringComparison.Ordinal);
            await cluster.StopAsync();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Ask(RawConnection connection, params string[] words)
    {
        connection.Send([.. words.Select(Encoding.ASCII.GetBytes)]);
        return connection.Read().Text();
    }

    /// <summary>A connection to each node.</summary>
    private sealed class Connections(Cluster cluster) : IDisposable
    {
        public RawConnection[] All { get; } = [.. Enumerable.Range(1, 3).Select(node => RawConnection.Open(cluster.RedisPort(node), 2))];

        public void Dispose() => Array.ForEach(All, connection => connection.Dispose());
    }
}
