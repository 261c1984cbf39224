using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;

namespace Catena.Cli.Bench.Failures;

/// <summary>The command <c>catena bench recovery</c>: how soon a node that was killed is of use again.</summary>
/// <remarks>
/// A cluster of its own is given keys; in each round one node is killed with SIGKILL, stays down for a while, and is started again. Three times are taken from that start: until its Redis port answers a read of a key;
/// until it says that it takes requests (<c>/health/ready</c>); until, in the view of another node, it is a member of every partition again and there is no learner.
/// </remarks>
internal static class RecoveryCommand
{
    private const int StandardRounds = 3;
    private const int StandardKeys = 100_000;
    private const int StandardValueBytes = 100;
    private const int Connections = 16;
    private static readonly TimeSpan StandardDown = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);

    private static readonly OwnClusterOptions Cluster = new();
    private static readonly Option<int> Rounds = Ranges.Option("--rounds", "How often a node is killed; each in turn.", StandardRounds, 1, 10_000);
    private static readonly Option<int> Keys = Ranges.Option("--keys", "How many keys the cluster has.", StandardKeys, 1, int.MaxValue);
    private static readonly Option<int> ValueBytes = Ranges.Option("--value-size", "How long their values are at least, in bytes.", StandardValueBytes, 1, 16 << 20);
    private static readonly Option<TimeSpan> Down = Durations.Option("--down", "How long the node stays down.", StandardDown);
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "recovery",
            "Starts a cluster of its own, gives it keys, kills nodes (kill -9) and starts them again, and prints how long it takes until they serve and until they are members everywhere. No other process is touched.",
            new("catena bench recovery", "100,000 keys, three kills"),
            new("catena bench recovery --keys 1000000 --durability os --rounds 1", "a million keys"))
        {
            Rounds, Keys, ValueBytes, Down, Json,
        };
        Cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => OwnCluster.MeasureAsync(stop => MeasureAsync(parsed, stop), cancellation));
        return command;
    }

    private static async Task<int> MeasureAsync(ParseResult parsed, CancellationToken stop)
    {
        var progress = parsed.InvocationConfiguration.Error;
        var cluster = await OwnCluster.StartAsync(Cluster.Read(parsed), stop).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            Fill(cluster, parsed, progress, stop);
            var (answered, ready, whole) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
            for (var round = 0; round < parsed.GetValue(Rounds); round++)
            {
                var node = round % cluster.Nodes.Count;
                await cluster.KillAsync(node).ConfigureAwait(false);
                await Task.Delay(parsed.GetValue(Down), stop).ConfigureAwait(false);
                var begin = BenchClock.Now;
                cluster.Start(node);
                var answering = SinceAsync(begin, () => Task.FromResult(Answers(cluster.RedisOf(node))), stop);
                var becoming = SinceAsync(begin, () => cluster.IsReadyAsync(node, stop), stop);
                var joining = SinceAsync(begin, () => cluster.IsWholeAsync((node + 1) % cluster.Nodes.Count, stop), stop);
                answered.Add(await answering.ConfigureAwait(false));
                ready.Add(await becoming.ConfigureAwait(false));
                whole.Add(await joining.ConfigureAwait(false));
                await progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round + 1}: {cluster.Nodes[node].Name}: answers after {answered[^1].TotalMilliseconds:0} ms, ready after {ready[^1].TotalMilliseconds:0}, a member everywhere after {whole[^1].TotalMilliseconds:0}")).ConfigureAwait(false);
                await cluster.AwaitWholeAsync(stop).ConfigureAwait(false);
            }

            FailureReport.Print(
                $"kill -9 and start again, {parsed.GetValue(Keys).ToString("N0", CultureInfo.InvariantCulture)} keys",
                [("until it answers a read", "answersMs", answered), ("until it is ready", "readyMs", ready), ("until it is a member everywhere", "memberMs", whole)],
                parsed.GetValue(Json),
                parsed.InvocationConfiguration.Output);
        }

        return ExitCode.Ok;
    }

    private static void Fill(OwnCluster cluster, ParseResult parsed, TextWriter progress, CancellationToken stop)
    {
        var filled = BenchRunner.Run(
            new BenchOptions
            {
                Nodes = [.. Enumerable.Range(0, cluster.Nodes.Count).Select(cluster.RedisOf)],
                Workload = BenchWorkload.C,
                Phase = BenchPhase.Load,
                Threads = Connections,
                Keys = parsed.GetValue(Keys),
                ValueBytes = parsed.GetValue(ValueBytes),
            },
            null,
            _ => { },
            stop);
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(Keys):N0} keys written in {filled.Filling.TotalSeconds:0.0} s"));
    }

    private static async Task<TimeSpan> SinceAsync(long begin, Func<Task<bool>> condition, CancellationToken stop)
    {
        while (!await Task.Run(condition, stop).ConfigureAwait(false))
        {
            if (BenchClock.Now - begin > Patience.Ticks * TimeSpan.NanosecondsPerTick)
            {
                throw new CommandException(ExitCode.Failed, $"the node was not of use again within {Durations.Format(Patience)}");
            }

            await Task.Delay(LookInterval, stop).ConfigureAwait(false);
        }

        return TimeSpan.FromTicks((BenchClock.Now - begin) / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Whether a node answers a read of a key that is there.</summary>
    private static bool Answers(HostPort node)
    {
        try
        {
            using var client = RespClient.Open(node, AnswerPatience);
            return client.Ask("GET", Encoding.ASCII.GetBytes("key-0")) is { IsNull: false };
        }
        catch (Exception silent) when (silent is SocketException or CommandException or InvalidDataException)
        {
            return false;
        }
    }
}
