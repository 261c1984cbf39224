using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>The record of what became of a transaction, kept at its home partition until nobody can ask any more.</summary>
/// <remarks>The verdict u8, with its highest bit set where somebody outside the cluster decided, then the partitions that take part beside the home partition, each u16.</remarks>
/// <param name="Verdict">Committed or aborted.</param>
/// <param name="Others">The partitions that take part beside the home partition, and have to hear of it.</param>
/// <param name="IsExternal">Whether somebody outside the cluster decided, who may ask what was decided again.</param>
public readonly record struct TransactionDecision(TransactionVerdict Verdict, PartitionId[] Others, bool IsExternal = false)
{
    private const byte External = 0x80;

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">What <see cref="Write" /> wrote.</param>
    public static TransactionDecision Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var first = reader.ReadByte();
        var verdict = (TransactionVerdict)(first & ~External);
        var others = new PartitionId[reader.Rest.Length / sizeof(ushort)];
        for (var index = 0; index < others.Length; index++)
        {
            others[index] = new PartitionId(reader.ReadUInt16());
        }

        Invariant.Holds(reader.IsAtEnd && verdict is TransactionVerdict.Committed or TransactionVerdict.Aborted, "the record of a decision is malformed");
        return new TransactionDecision(verdict, others, (first & External) != 0);
    }

    /// <summary>Writes the record.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(IBufferWriter<byte> writer)
    {
        writer.WriteByte((byte)((byte)Verdict | (IsExternal ? External : 0)));
        foreach (var other in Others)
        {
            writer.WriteUInt16(other.Value);
        }
    }
}
