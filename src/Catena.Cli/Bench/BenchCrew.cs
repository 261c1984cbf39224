using Catena.Cli.Bench.Loop;
using Catena.Cli.Bench.Transactions;
using Catena.Cli.Bench.Workloads;
using Catena.Core.Primitives;

namespace Catena.Cli.Bench;

/// <summary>The workers of a load, with what they share.</summary>
internal sealed class BenchCrew : IDisposable
{
    /// <summary>How many first writes a connection sends at once: enough to be quick, and few enough that nobody else waits for them.</summary>
    private const int LoadingPipeline = 16;

    private readonly BenchOptions _options;
    private readonly IDisposable? _history;
    private readonly List<LoadLoop> _loops = [];

    /// <summary>Makes a load's workers.</summary>
    /// <param name="options">The load.</param>
    /// <param name="seed">What their draws come from.</param>
    /// <param name="history">The file that takes down what happens, which becomes the crew's; null for none.</param>
    public BenchCrew(BenchOptions options, ulong seed, Stream? history)
    {
        _options = options;
        var numbers = Enumerable.Range(0, options.Threads);
        if (BenchWorkloads.IsTransactional(options.Workload))
        {
            var shared = new BenchTimeline(options.Duration);
            var transactions = history is null ? null : new TransactionHistoryWriter(history);
            _history = transactions;
            var lists = new ListKeys(options.Keys);
            Timelines = [shared];
            Workers = options.Workload == BenchWorkload.Prepared
                ? [.. numbers.Select(number => new PreparedWorker(options, number, new Prng(seed + (ulong)number), shared))]
                : [.. numbers.Select(number => new TransactionWorker(options, number, LoadOf(options, number, new Prng(seed + (ulong)number), lists), transactions, shared))];
            return;
        }

        if (history is not null)
        {
            var shared = new BenchTimeline(options.Duration);
            var operations = new HistoryWriter(history);
            _history = operations;
            Timelines = [shared];
            Workers = [.. numbers.Select(number => new RegisterWorker(options, number, seed + (ulong)number, operations, shared))];
            return;
        }

        var records = new RecordCount(options.Keys);
        Timelines = [.. Enumerable.Range(0, options.Loops).Select(_ => new BenchTimeline(options.Duration))];
        for (var number = 0; number < options.Loops; number++)
        {
            _loops.Add(new LoadLoop(options, number, ShareOf(number), new MixedOperations(options, new Prng(seed + (ulong)number), records), Timelines[number]));
        }

        Workers = [.. _loops];
    }

    /// <summary>The workers, one a thread.</summary>
    public IReadOnlyList<IBenchWorker> Workers { get; }

    /// <summary>What happened when: of all workers together, or of each.</summary>
    public IReadOnlyList<BenchTimeline> Timelines { get; }

    /// <summary>Workers that write every key once; the caller disposes of them.</summary>
    public IReadOnlyList<LoadLoop> Loaders()
    {
        // However fast the load is to be: what prepares it has no schedule and no pauses.
        var options = _options with { Rate = 0, Pause = TimeSpan.Zero };
        return [.. Enumerable.Range(0, options.Loops)
            .Select(number => new LoadLoop(options, number, ShareOf(number), new LoadingOperations(number, options.Loops, options.Keys), null, LoadingPipeline))];
    }

    /// <summary>Writes what is left of the history and closes it, and the connections.</summary>
    public void Dispose()
    {
        _history?.Dispose();
        _loops.ForEach(loop => loop.Dispose());
    }

    /// <summary>How many connections a loop has.</summary>
    private int ShareOf(int loop) => (_options.Threads / _options.Loops) + (loop < _options.Threads % _options.Loops ? 1 : 0);

    private static ITransactionLoad LoadOf(BenchOptions options, int number, Prng random, ListKeys lists) => options.Workload switch
    {
        BenchWorkload.Append => new AppendLoad(options, number, random, lists),
        BenchWorkload.Bank => new BankLoad(options, random),
        _ => new MultiLoad(options, number, random),
    };
}
