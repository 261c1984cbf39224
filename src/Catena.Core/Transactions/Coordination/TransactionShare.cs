using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>What one partition has to do with a transaction: the keys that were read there, and what is written.</summary>
internal sealed class TransactionShare
{
    /// <summary>The stored keys whose values matter.</summary>
    internal SortedSet<byte[]> Reads { get; } = new(ByteKeyComparer.Instance);

    /// <summary>All stored keys that the program names.</summary>
    internal SortedSet<byte[]> Keys { get; } = new(ByteKeyComparer.Instance);

    /// <summary>The ranges that were scanned, how many keys there were, and the position of the state where that was.</summary>
    internal List<(KeyRange Range, int Count, Lsn SeenAt)> Ranges { get; } = [];

    /// <summary>The mutations.</summary>
    internal ArrayBufferWriter<byte> Writes { get; } = new();

    /// <summary>The share as a part to prepare or to decide.</summary>
    internal byte[] ToPart(in TransactionId id, PartFlags flags, PartitionId home, ReadOnlySpan<PartitionId> others, TransactionSnapshot snapshot, TransactionRules rules)
    {
        var writer = new ArrayBufferWriter<byte>(128 + Writes.WrittenCount);
        if ((flags & PartFlags.Locks) != 0)
        {
            TransactionPart.WriteStart(writer, id, flags, home, others, Keys.Count);
            foreach (var key in Keys)
            {
                TransactionPart.WriteRead(writer, key, Lsn.Zero);
            }

            WriteRanges(writer, rules);
        }
        else
        {
            TransactionPart.WriteStart(writer, id, flags, home, others, rules.LocksReads ? Reads.Count : 0);
            foreach (var key in rules.LocksReads ? Reads : [])
            {
                TransactionPart.WriteRead(writer, key, snapshot.VersionOf(key));
            }

            WriteRanges(writer, rules);
            writer.Write(Writes.WrittenSpan);
        }

        return writer.WrittenSpan.ToArray();
    }

    private void WriteRanges(ArrayBufferWriter<byte> writer, TransactionRules rules)
    {
        TransactionPart.WriteRangesStart(writer, rules.LocksRanges ? Ranges.Count : 0);
        foreach (var (range, count, _) in rules.LocksRanges ? Ranges : [])
        {
            TransactionPart.WriteRange(writer, range, count);
        }
    }
}
