using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>What one partition has to do with a transaction: the keys that were read there, and what is written.</summary>
internal sealed class TransactionShare
{
    /// <summary>The stored keys whose values matter.</summary>
    internal SortedSet<byte[]> Reads { get; } = new(KeyOrder);

    /// <summary>All stored keys that the program names.</summary>
    internal SortedSet<byte[]> Keys { get; } = new(KeyOrder);

    /// <summary>The mutations.</summary>
    internal ArrayBufferWriter<byte> Writes { get; } = new();

    private static Comparer<byte[]> KeyOrder { get; } = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    /// <summary>The share as a part to prepare or to decide.</summary>
    internal byte[] ToPart(in TransactionId id, PartFlags flags, PartitionId home, ReadOnlySpan<PartitionId> others, TransactionSnapshot snapshot, bool withReads)
    {
        var writer = new ArrayBufferWriter<byte>(128 + Writes.WrittenCount);
        if ((flags & PartFlags.Locks) != 0)
        {
            TransactionPart.WriteStart(writer, id, flags, home, others, Keys.Count);
            foreach (var key in Keys)
            {
                TransactionPart.WriteRead(writer, key, Lsn.Zero);
            }
        }
        else
        {
            TransactionPart.WriteStart(writer, id, flags, home, others, withReads ? Reads.Count : 0);
            foreach (var key in withReads ? Reads : [])
            {
                TransactionPart.WriteRead(writer, key, snapshot.VersionOf(key));
            }

            writer.Write(Writes.WrittenSpan);
        }

        return writer.WrittenSpan.ToArray();
    }
}
