using Catena.Integration.Tests.Harness;
using Catena.Integration.Tests.Redis;

namespace Catena.Integration.Tests;

/// <summary>One node with nobody to help it, killed again and again while it writes, makes checkpoints and compacts.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Whenever_a_node_is_killed_everything_acknowledged_is_there_and_nothing_else()
    {
        var kills = Environment.GetEnvironmentVariable("CATENA_LONG_TESTS") == "1" ? 200 : 6;
        await using var cluster = await Cluster.StartAsync(
            "--nodes", "1", "--replicas", "1", "--partitions", "8", "--",
            "--segment-bytes", "1048576", "--checkpoint-after", "1MiB", "--retained-log", "0", "--memory", "4MiB", "--compact-below", "80");
        var writers = Enumerable.Range(0, 4).Select(number => new CountingWriter(number, 200, pipeline: number % 2 == 0 ? 1 : 32)).ToList();
        var random = new Random(5);
        for (var kill = 0; kill < kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var before = writers.Sum(writer => writer.Acknowledged);
            var running = writers.Select(writer => Task.Factory.StartNew(
                () => writer.Run(cluster.RedisPort(1), stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
            var enough = before + random.Next(500, 8000);
            await Eventually.TrueAsync("enough was written", TimeSpan.FromSeconds(60), () => Task.FromResult(writers.Sum(writer => writer.Acknowledged) >= enough));
            var old = cluster.Pid(1);
            cluster.Kill(1);
            await stop.CancelAsync();
            await Task.WhenAll(running);
            await cluster.StartedAgainAsync(1, old);
            await Eventually.TrueAsync("the node serves all partitions", TimeSpan.FromSeconds(60), () => Task.FromResult(Serves(cluster.RedisPort(1))));
            foreach (var writer in writers)
            {
                writer.Check(cluster.RedisPort(1));
            }
        }

        output.WriteLine($"{kills} kills, {writers.Sum(writer => writer.Acknowledged)} writes acknowledged");
        await cluster.StopAsync();
    }

    private static bool Serves(int port)
    {
        try
        {
            using var connection = RawConnection.Open(port, 2);
            return Enumerable.Range(0, 64).All(number =>
            {
                connection.Send(["GET"u8.ToArray(), System.Text.Encoding.ASCII.GetBytes($"probe-{number}")]);
                return connection.Read().Head.StartsWith('$');
            });
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
