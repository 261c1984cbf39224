using Catena.Cli.CommandLine;
using Catena.Cli.Data;

namespace Catena.Cli.Bench;

/// <summary>Puts a load on nodes: starts the threads, waits, adds up.</summary>
internal static class BenchRunner
{
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan FillDeadline = TimeSpan.FromHours(2);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Which of some nodes listen.</summary>
    /// <exception cref="CommandException">None does.</exception>
    public static IReadOnlyList<HostPort> Listening(IReadOnlyList<HostPort> nodes, TimeSpan timeout)
    {
        var listening = new List<HostPort>();
        foreach (var node in nodes)
        {
            try
            {
                ServerConnection.Open(node, timeout).Dispose();
                listening.Add(node);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // That it does not listen is what was asked.
            }
        }

        return listening.Count > 0
            ? listening
            : throw new CommandException(
                ExitCode.ClusterDead, $"no node answers at {string.Join(", ", nodes)}. Is the cluster up? Start one with: catena up");
    }

    /// <summary>Puts the load on.</summary>
    /// <param name="options">The load.</param>
    /// <param name="history">The file that takes down what happens, which is closed at the end; null for none.</param>
    /// <param name="watch">Told a few times a second how it goes: elapsed time, completed and failed operations.</param>
    /// <param name="stop">Asks to end before the time.</param>
    public static BenchResult Run(BenchOptions options, Stream? history, Action<TimeSpan, long, long> watch, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(watch);
        using var crew = new BenchCrew(options, (ulong)BenchClock.Now, history);
        var workers = crew.Workers;
        var filling = BenchClock.Now;
        if (options.Fill)
        {
            var fillUntil = BenchClock.Now + Nanoseconds(FillDeadline);
            Join(Start([.. workers.OfType<RegisterWorker>()], worker => worker.Fill(fillUntil, stop)));
        }

        var begin = BenchClock.Now;
        var until = begin + Nanoseconds(options.Duration);
        var threads = Start(workers, worker => worker.Run(until, stop));
        foreach (var thread in threads)
        {
            while (!thread.Join(WatchInterval))
            {
                watch(
                    TimeSpan.FromTicks((BenchClock.Now - begin) / TimeSpan.NanosecondsPerTick),
                    workers.Sum(worker => worker.Counts.Completed),
                    workers.Sum(worker => worker.Counts.Failed));
            }
        }

        var elapsed = TimeSpan.FromTicks((BenchClock.Now - begin) / TimeSpan.NanosecondsPerTick);
        var total = new BenchCounts();
        foreach (var worker in workers)
        {
            total.Add(worker.Counts);
        }

        return new BenchResult(options, total, elapsed, options.Fill ? TimeSpan.FromTicks((begin - filling) / TimeSpan.NanosecondsPerTick) : default);
    }

    private static List<Thread> Start<TWorker>(IReadOnlyList<TWorker> workers, Action<TWorker> work)
    {
        var threads = workers
            .Select((worker, number) => new Thread(() => work(worker), StackBytes) { IsBackground = true, Name = $"load {number}" })
            .ToList();
        threads.ForEach(thread => thread.Start());
        return threads;
    }

    private static void Join(List<Thread> threads) => threads.ForEach(thread => thread.Join());

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
