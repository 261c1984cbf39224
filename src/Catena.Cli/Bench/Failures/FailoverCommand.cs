using System.CommandLine;
using System.Globalization;
using Catena.Cli.CommandLine;
using Catena.Core.Placement;

namespace Catena.Cli.Bench.Failures;

/// <summary>The command <c>catena bench failover</c>: how long writes stand still when a busy primary is killed.</summary>
/// <remarks>
/// In each round one node of a cluster of its own is killed with SIGKILL while the partitions of which it is the first member are written all the time, each by a client of its own, through the other
/// nodes. The round's figure is the longest time that one of these clients was without an acknowledgement. Then the node is started again, and the next round waits until it is a member everywhere.
/// </remarks>
internal static class FailoverCommand
{
    private const int StandardRounds = 20;

    /// <summary>How long a round goes on at least, so that a second gap would be seen.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private static readonly OwnClusterOptions Cluster = new();
    private static readonly Option<int> Rounds = Ranges.Option("--rounds", "How often a node is killed.", StandardRounds, 1, 10_000);
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "failover",
            "Starts a cluster of its own, kills a busy primary again and again (kill -9), and prints the longest time without an acknowledged write. No other process is touched.",
            new("catena bench failover", "20 kills, three nodes, default settings"),
            new("catena bench failover --rounds 5 --mode chain --json", "heads of chains"))
        {
            Rounds, Json,
        };
        Cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => OwnCluster.MeasureAsync(stop => MeasureAsync(parsed, stop), cancellation));
        return command;
    }

    private static async Task<int> MeasureAsync(ParseResult parsed, CancellationToken stop)
    {
        var cluster = await OwnCluster.StartAsync(Cluster.Read(parsed), stop).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var rounds = new List<TimeSpan>();
            for (var round = 0; round < parsed.GetValue(Rounds); round++)
            {
                var gap = await RunRoundAsync(cluster, round, parsed.InvocationConfiguration.Error, stop).ConfigureAwait(false);
                rounds.Add(gap);
            }

            FailureReport.Print(
                "kill -9 of a busy primary", [("no acknowledged write", "writeGapMs", rounds)], parsed.GetValue(Json), parsed.InvocationConfiguration.Output);
        }

        return ExitCode.Ok;
    }

    private static async Task<TimeSpan> RunRoundAsync(OwnCluster cluster, int round, TextWriter progress, CancellationToken stop)
    {
        await cluster.AwaitWholeAsync(stop).ConfigureAwait(false);
        var (victim, partitions) = await ChooseAsync(cluster, round, stop).ConfigureAwait(false);
        List<HostPort> survivors = [.. Enumerable.Range(0, cluster.Nodes.Count).Where(node => node != victim).Select(cluster.RedisOf)];
        using var writes = new WriteWatch(partitions, new PartitionMap(cluster.Shape.Partitions), survivors);
        await UntilAsync(() => writes.IsWarm, WarmPatience, stop).ConfigureAwait(false);
        if (!writes.IsWarm)
        {
            throw new CommandException(ExitCode.Failed, "the cluster takes no writes, though it is whole");
        }

        var refused = writes.Refused;
        writes.Mark();
        var begin = BenchClock.Now;
        await cluster.KillAsync(victim).ConfigureAwait(false);
        await UntilAsync(() => BenchClock.Now - begin > Shortest.Ticks * TimeSpan.NanosecondsPerTick && writes.IsFlowing, Longest, stop).ConfigureAwait(false);
        var gap = writes.LongestGap;
        await progress.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round + 1}: {cluster.Nodes[victim].Name}, first member of {partitions.Count} partitions: no write for {gap.TotalMilliseconds:0} ms, {writes.Refused - refused} refused")).ConfigureAwait(false);
        cluster.Start(victim);
        return gap;
    }

    /// <summary>The next node that is the first member somewhere, and where.</summary>
    private static async Task<(int Victim, IReadOnlyList<int> Partitions)> ChooseAsync(OwnCluster cluster, int round, CancellationToken stop)
    {
        for (var tried = 0; tried < cluster.Nodes.Count; tried++)
        {
            var victim = (round + tried) % cluster.Nodes.Count;
            if (await cluster.StatusAsync(victim, stop).ConfigureAwait(false) is { } status)
            {
                List<int> first = [.. status.Partitions.Where(partition => partition.IsPlaced && partition.Members[0] == status.Self).Select(partition => partition.Partition)];
                if (first.Count > 0)
                {
                    return (victim, first);
                }
            }
        }

        throw new CommandException(ExitCode.Failed, "no node is the first member of a partition");
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan patience, CancellationToken stop)
    {
        var deadline = BenchClock.Now + (patience.Ticks * TimeSpan.NanosecondsPerTick);
        while (!condition() && BenchClock.Now < deadline)
        {
            await Task.Delay(LookInterval, stop).ConfigureAwait(false);
        }
    }
}
