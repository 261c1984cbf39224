using Catena.Cli.Bench.Transactions;
using Catena.Core.Primitives;

namespace Catena.Cli.Bench;

/// <summary>The workers of a load, with what they share.</summary>
internal sealed class BenchCrew : IDisposable
{
    private readonly IDisposable? _history;

    /// <summary>Makes a load's workers.</summary>
    /// <param name="options">The load.</param>
    /// <param name="seed">What their draws come from.</param>
    /// <param name="history">The file that takes down what happens, which becomes the crew's; null for none.</param>
    public BenchCrew(BenchOptions options, ulong seed, Stream? history)
    {
        var numbers = Enumerable.Range(0, options.Threads);
        if (options.Workload == BenchWorkload.Register)
        {
            var operations = history is null ? null : new HistoryWriter(history);
            _history = operations;
            Workers = [.. numbers.Select(number => new RegisterWorker(options, number, seed + (ulong)number, operations))];
            return;
        }

        var transactions = history is null ? null : new TransactionHistoryWriter(history);
        _history = transactions;
        var lists = new ListKeys(options.Keys);
        Workers = [.. numbers.Select(number => new TransactionWorker(options, number, LoadOf(options, number, new Prng(seed + (ulong)number), lists), transactions))];
    }

    /// <summary>The workers, one a thread.</summary>
    public IReadOnlyList<IBenchWorker> Workers { get; }

    /// <summary>Writes what is left of the history and closes it.</summary>
    public void Dispose() => _history?.Dispose();

    private static ITransactionLoad LoadOf(BenchOptions options, int number, Prng random, ListKeys lists) => options.Workload switch
    {
        BenchWorkload.Append => new AppendLoad(options, number, random, lists),
        BenchWorkload.Bank => new BankLoad(options, random),
        _ => new MultiLoad(options, number, random),
    };
}
