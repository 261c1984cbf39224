using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>What a coordinator has asked and waits for: the answer to anything that was asked in an earlier round is not listened to.</summary>
/// <param name="map">Which slots make which partition.</param>
internal sealed class AskRound(PartitionMap map)
{
    private readonly List<TransactionAsk> _asks = [];
    private readonly Dictionary<int, PartitionId> _awaited = [];
    private int _number;

    /// <summary>Whether nothing is waited for.</summary>
    internal bool IsEmpty => _awaited.Count == 0;

    /// <summary>Whose answers are waited for.</summary>
    internal IEnumerable<PartitionId> Awaited => _awaited.Values;

    /// <summary>Has something asked of a partition.</summary>
    internal void Ask(
        PartitionId partition, CommandKind kind, byte[] items, CommandFlags flags = CommandFlags.None, TransactionVerdict verdict = TransactionVerdict.None) =>
        Add(partition, new TransactionAsk(0, map.SlotsOf(partition).First.Value, kind, verdict, items, []) { Flags = flags });

    /// <summary>Has a partition asked for what stands in a range.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="range">The range.</param>
    /// <param name="limit">How many keys are wanted at most.</param>
    /// <param name="flags">Whether the versions are enough.</param>
    /// <param name="self">Whose locks are not in the way; none where there are none.</param>
    /// <returns>The number that the answer has.</returns>
    internal int AskForRange(PartitionId partition, KeyRange range, int limit, CommandFlags flags, byte[] self) =>
        Add(partition, new TransactionAsk(0, map.SlotsOf(partition).First.Value, CommandKind.LookRange, TransactionVerdict.None, range.ToItems(), self)
        {
            Table = range.Table,
            Limit = limit,
            Flags = flags,
        });

    /// <summary>Has a partition asked for what stands at some keys.</summary>
    internal void AskForKeys(PartitionId partition, IEnumerable<byte[]> keys, CommandFlags flags = CommandFlags.None)
    {
        var items = new ArrayBufferWriter<byte>();
        foreach (var key in keys)
        {
            PackedList.Add(items, key);
        }

        Ask(partition, CommandKind.Look, items.WrittenSpan.ToArray(), flags);
    }

    /// <summary>What is to be asked now, in order.</summary>
    internal TransactionAsk[] Take()
    {
        var asks = _asks.ToArray();
        _asks.Clear();
        return asks;
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="number">The number of what was asked.</param>
    /// <param name="partition">Who was asked.</param>
    /// <returns>False where it is not waited for.</returns>
    internal bool TryAnswer(int number, out PartitionId partition) => _awaited.Remove(number, out partition);

    /// <summary>Waits for nothing that was asked, though it may be carried out.</summary>
    internal void StopWaiting() => _awaited.Clear();

    /// <summary>Waits for nothing, and asks nothing that was not asked yet.</summary>
    internal void Clear()
    {
        _awaited.Clear();
        _asks.Clear();
    }

    private int Add(PartitionId partition, in TransactionAsk ask)
    {
        // Who has asked so often waits no more for what had this number before.
        _number = (_number + 1) & TransactionAsk.MaxNumber;
        _awaited.Add(_number, partition);
        _asks.Add(ask with { Number = _number });
        return _number;
    }
}
