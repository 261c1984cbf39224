using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;

namespace Catena.Core.Tests.Transactions;

/// <summary>A few partitions in memory, the transactions that run over them, and whatever is asked of whom, in any order that a seed draws.</summary>
internal sealed class TransactionCluster
{
    private readonly Prng _random;
    private readonly List<Action> _queue = [];
    private readonly List<TransactionEnding> _endings = [];
    private ulong _numbers;

    internal TransactionCluster(ulong seed, TransactionOptions options)
    {
        _random = new Prng(seed);
        Options = options;
        Partitions = [.. Enumerable.Range(0, Map.Partitions).Select(number => new TransactionPartition(Map.SlotsOf(new PartitionId((ushort)number))))];
    }

    internal TransactionOptions Options { get; }

    internal PartitionMap Map { get; } = new(4);

    internal IReadOnlyList<TransactionPartition> Partitions { get; }

    internal List<TransactionRun> Runs { get; } = [];

    internal long Now { get; private set; }

    /// <summary>How likely an answer is to get lost on its way, whatever was done.</summary>
    internal double Loss { get; init; }

    /// <summary>The error that is answered instead of asking.</summary>
    internal Func<TransactionAsk, ErrorCode?> Fails { get; init; } = _ => null;

    internal TransactionRun Begin(byte[] program)
    {
        var run = new TransactionRun(Options, Map, new TransactionId((ulong)Runs.Count + 1, new NodeId(1), 1, 0), () => ++_numbers, program, Now);
        Runs.Add(run);
        run.Begin(1_000);
        Advance(run);
        return run;
    }

    /// <summary>Has one thing happen that is under way.</summary>
    /// <returns>False where nothing is.</returns>
    internal bool Step()
    {
        if (_queue.Count == 0)
        {
            // Only pauses are left.
            Now += 1_000_000_000;
            Runs.ForEach(run => run.Tick(Now));
            Runs.ForEach(Advance);
            _endings.ToList().ForEach(Advance);
            return _queue.Count > 0;
        }

        var place = _random.Next(_queue.Count);
        var action = _queue[place];
        _queue.RemoveAt(place);
        action();
        return true;
    }

    /// <summary>Forgets the coordinators with all that they have under way.</summary>
    internal void LoseCoordinators()
    {
        _queue.Clear();
        _endings.Clear();
        Runs.Clear();
    }

    /// <summary>Resolves all that is prepared anywhere, several at once for each.</summary>
    internal void ResolveAll()
    {
        foreach (var (prepared, index) in Partitions.SelectMany((partition, index) => partition.Book.Locks.Prepared.Select(prepared => (prepared, index))).ToList())
        {
            for (var resolver = 0; resolver < 2; resolver++)
            {
                Advance(new TransactionResolution(prepared, new PartitionId((ushort)index), Options.Rules, Map));
            }
        }

        for (var steps = 0; Step(); steps++)
        {
            Assert.True(steps < 100_000, "it never ends");
        }
    }

    internal string? ValueOf(string key) => Partitions[Map.Of(System.Text.Encoding.UTF8.GetBytes(key)).Value].ValueOf(key);

    private void Advance(TransactionRun run)
    {
        foreach (var ending in run.TakeEndings())
        {
            _endings.Add(ending);
            Advance(ending);
        }

        foreach (var ask in run.TakeAsks())
        {
            _queue.Add(() =>
            {
                run.Answered(ask.Number, Answer(ask), Now, 1_000);
                Advance(run);
            });
        }
    }

    private void Advance(TransactionEnding ending)
    {
        foreach (var ask in ending.TakeAsks(Now))
        {
            _queue.Add(() =>
            {
                ending.Answered(ask.Number, Answer(ask), Now);
                Advance(ending);
            });
        }
    }

    private void Advance(TransactionResolution resolution)
    {
        foreach (var ask in resolution.TakeAsks(Now))
        {
            _queue.Add(() =>
            {
                resolution.Answered(ask.Number, Partitions[Map.Of(new HashSlot(ask.Slot)).Value].Ask(ask), Now);
                Advance(resolution);
            });
        }
    }

    private byte[] Answer(TransactionAsk ask)
    {
        var error = new ArrayBufferWriter<byte>();
        if (Fails(ask) is { } code)
        {
            ResultWriter.WriteError(error, code, default);
            return error.WrittenSpan.ToArray();
        }

        var answer = Partitions[Map.Of(new HashSlot(ask.Slot)).Value].Ask(ask);
        if (!_random.Chance(Loss))
        {
            return answer;
        }

        ResultWriter.WriteError(error, ErrorCode.OutcomeUnknown, "lost"u8);
        return error.WrittenSpan.ToArray();
    }
}
