using Catena.Cli.Bench.Report;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;

namespace Catena.Cli.Bench;

/// <summary>Puts a load on nodes: starts the threads, waits, adds up.</summary>
internal static class BenchRunner
{
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan FillDeadline = TimeSpan.FromHours(2);

    /// <summary>For how many times the patience with an answer no key may be written before the first writing of all is given up.</summary>
    private const int FillPatience = 3;

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
    /// <param name="watch">Told a few times a second how it goes.</param>
    /// <param name="stop">Asks to end before the time.</param>
    public static BenchResult Run(BenchOptions options, Stream? history, Action<BenchProgress> watch, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(watch);
        using var crew = new BenchCrew(options, (ulong)BenchClock.Now, history);
        var filling = options.Loads ? Load(options, crew, watch, stop) : TimeSpan.Zero;
        if (options.Phase == BenchPhase.Load)
        {
            return new BenchResult(options, new BenchCounts(), TimeSpan.Zero, filling, []);
        }

        var workers = crew.Workers;
        var begin = BenchClock.Now;
        foreach (var timeline in crew.Timelines)
        {
            timeline.Begin(begin);
        }

        var until = begin + Nanoseconds(options.Duration);
        var threads = Start(workers, worker => worker.Run(until, stop));
        foreach (var thread in threads)
        {
            while (!thread.Join(WatchInterval))
            {
                var now = BenchClock.Now;
                var stretch = crew.Timelines[0].StretchOf(now) - 1;
                watch(new BenchProgress(
                    false,
                    Since(begin),
                    Math.Min(1, Since(begin) / options.Duration),
                    workers.Sum(worker => worker.Counts.Completed),
                    workers.Sum(worker => worker.Counts.Failed),
                    stretch >= 0 ? BenchTimeline.Sum(crew.Timelines, stretch) : default));
            }
        }

        var elapsed = Since(begin);
        var total = new BenchCounts();
        foreach (var worker in workers)
        {
            total.Add(worker.Counts);
        }

        return new BenchResult(options, total, elapsed, filling, BenchTimeline.Sum(crew.Timelines, elapsed < options.Duration ? elapsed : options.Duration));
    }

    /// <summary>Writes every key once.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="CommandException">It could not be done.</exception>
    private static TimeSpan Load(BenchOptions options, BenchCrew crew, Action<BenchProgress> watch, CancellationToken stop)
    {
        var begin = BenchClock.Now;
        var until = begin + Nanoseconds(FillDeadline);
        var loaders = crew.Loaders();
        using var hopeless = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var (most, since) = (0L, begin);
            foreach (var thread in Start(loaders, loader => loader.Run(until, hopeless.Token)))
            {
                while (!thread.Join(WatchInterval))
                {
                    var written = loaders.Sum(loader => loader.Counts.Completed);
                    (most, since) = written > most ? (written, BenchClock.Now) : (most, since);
                    if (Since(since) > FillPatience * options.Timeout)
                    {
                        hopeless.Cancel();
                    }

                    watch(new BenchProgress(true, Since(begin), (double)written / options.Keys, written, loaders.Sum(loader => loader.Counts.Failed)));
                }
            }

            var missing = options.Keys - loaders.Sum(loader => loader.Counts.Completed);
            if (missing > 0 && !stop.IsCancellationRequested)
            {
                throw new CommandException(
                    ExitCode.Failed, $"{missing} keys could not be written: {string.Join(", ", loaders.SelectMany(loader => loader.Counts.Errors.Keys).Distinct())}");
            }
        }
        finally
        {
            foreach (var loader in loaders)
            {
                loader.Dispose();
            }
        }

        return Since(begin);
    }

    private static List<Thread> Start<TWorker>(IReadOnlyList<TWorker> workers, Action<TWorker> work)
    {
        var threads = workers
            .Select((worker, number) => new Thread(() => work(worker), StackBytes) { IsBackground = true, Name = $"load {number}" })
            .ToList();
        threads.ForEach(thread => thread.Start());
        return threads;
    }

    private static TimeSpan Since(long begin) => TimeSpan.FromTicks((BenchClock.Now - begin) / TimeSpan.NanosecondsPerTick);

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
