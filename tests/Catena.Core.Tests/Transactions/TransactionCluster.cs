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
    private readonly Dictionary<InteractiveTransaction, InteractiveClient> _clients = [];
    private ITransactionWork? _finished;
    private byte[]? _result;
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

    /// <summary>Begins a transaction whose client does one step after the other.</summary>
    internal InteractiveTransaction Begin(InteractiveClient client, bool locks)
    {
        var transaction = new InteractiveTransaction(Options, Map, new TransactionId(client.Age, new NodeId(1), 1, ++_numbers), locks);
        _clients.Add(transaction, client);
        return transaction;
    }

    /// <summary>Has some work done to its end, with all that follows from it.</summary>
    /// <returns>Its result.</returns>
    internal byte[] Finish(ITransactionWork work, Action begin)
    {
        begin();
        _finished = work;
        Advance(work);
        for (var steps = 0; Step(); steps++)
        {
            Assert.True(steps < 100_000, "it never ends");
        }

        var result = _result;
        _result = null;
        return result!;
    }

    internal TransactionRun Begin(byte[] program)
    {
        var run = new TransactionRun(Options, Map, new TransactionId((ulong)Runs.Count + 1, new NodeId(1), 1, 0), () => ++_numbers, program, Now);
        Runs.Add(run);
        run.Begin(Now, 1_000);
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
            foreach (var transaction in _clients.Keys.ToList())
            {
                transaction.Tick(Now);
                Advance(transaction);
            }

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
        _clients.Clear();
        Runs.Clear();
    }

    /// <summary>Resolves all that is prepared anywhere, several at once for each.</summary>
    /// <param name="forces">Whether those are ended as well that somebody outside was to decide on.</param>
    internal void ResolveAll(bool forces = true)
    {
        foreach (var (prepared, index) in Partitions.SelectMany((partition, index) => partition.Book.Locks.Prepared.Select(prepared => (prepared, index))).ToList())
        {
            for (var resolver = 0; resolver < 2; resolver++)
            {
                Advance(new TransactionResolution(prepared, new PartitionId((ushort)index), forces, Options.Rules, Map));
            }
        }

        for (var steps = 0; Step(); steps++)
        {
            Assert.True(steps < 100_000, "it never ends");
        }
    }

    internal string? ValueOf(string key) => Partitions[Map.Of(System.Text.Encoding.UTF8.GetBytes(key)).Value].ValueOf(key);

    /// <summary>Has everything asked that some work wants to ask, sooner or later.</summary>
    internal void Advance(ITransactionWork work)
    {
        foreach (var ending in work.TakeEndings())
        {
            _endings.Add(ending);
            Advance(ending);
        }

        foreach (var ask in work.TakeAsks(Now))
        {
            _queue.Add(() =>
            {
                // Who resolves asks until he is answered, so that there is no point in losing his answers.
                work.Answered(ask.Number, work is TransactionResolution ? Partitions[Map.Of(new HashSlot(ask.Slot)).Value].Ask(ask) : Answer(ask), Now, 1_000);
                Advance(work);
            });
        }

        if (work == _finished)
        {
            _result = work.TakeResult() ?? _result;
        }
        else if (work is InteractiveTransaction transaction && transaction.TakeResult() is { } result)
        {
            _clients[transaction].Told(result);
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
