using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>What one partition is asked to prepare or to decide of a transaction, and what it keeps of it once it is prepared.</summary>
/// <remarks>
/// The transaction's id (32 bytes), flags u8, the home partition u16, how many partitions take part beside it and each u16, then the reads: how many, each a stored key as a
/// byte string and its version; the ranges that were scanned: how many, each from and to as byte strings, the table u16 and how many keys there were; then the mutations up to the end. Borrowed: it points into what it was read from.
/// </remarks>
public readonly ref struct TransactionPart
{
    private readonly ReadOnlySpan<byte> _others;
    private readonly ReadOnlySpan<byte> _reads;
    private readonly ReadOnlySpan<byte> _ranges;

    private TransactionPart(
        TransactionId id, PartFlags flags, PartitionId home, ReadOnlySpan<byte> others, ReadOnlySpan<byte> reads, ReadOnlySpan<byte> ranges, ReadOnlySpan<byte> writes)
    {
        Id = id;
        Flags = flags;
        Home = home;
        _others = others;
        _reads = reads;
        _ranges = ranges;
        Writes = writes;
    }

    /// <summary>The transaction.</summary>
    public TransactionId Id { get; }

    /// <summary>Variations.</summary>
    public PartFlags Flags { get; }

    /// <summary>The partition whose log holds the decision.</summary>
    public PartitionId Home { get; }

    /// <summary>The mutations (<see cref="MutationReader" />).</summary>
    public ReadOnlySpan<byte> Writes { get; }

    /// <summary>The keys that were read, with their versions.</summary>
    public PartReads Reads => new(_reads);

    /// <summary>The ranges that were scanned.</summary>
    public PartRanges Ranges => new(_ranges);

    /// <summary>The partitions that take part beside the home partition.</summary>
    public PartitionId[] Others
    {
        get
        {
            var others = new PartitionId[_others.Length / sizeof(ushort)];
            var reader = new ByteReader(_others);
            for (var index = 0; index < others.Length; index++)
            {
                others[index] = new PartitionId(reader.ReadUInt16());
            }

            return others;
        }
    }

    /// <summary>Reads a part, checking all of it.</summary>
    /// <param name="bytes">The whole part.</param>
    /// <param name="part">The part.</param>
    /// <returns>False where it is malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TransactionPart part)
    {
        var reader = new ByteReader(bytes);
        var id = reader.ReadBytes(TransactionId.Length);
        var flags = (PartFlags)reader.ReadByte();
        var home = new PartitionId(reader.ReadUInt16());
        var others = reader.ReadBytes(reader.ReadCount() * sizeof(ushort));
        var reads = ReadReads(ref reader);
        var ranges = ReadRanges(ref reader);
        var writes = new MutationReader(reader.Rest);
        while (writes.MoveNext())
        {
            // Only to see that it is well formed.
        }

        var isGood = reader.IsValid && writes.IsValid;
        part = isGood ? new TransactionPart(TransactionId.Read(id), flags, home, others, reads, ranges, reader.Rest) : default;
        return isGood && !part.Id.IsNone;
    }

    /// <summary>
    /// Writes a part up to its reads; exactly <paramref name="reads" /> of them follow (<see cref="WriteRead" />), then how many ranges, then those (<see cref="WriteRange" />), then the
    /// mutations.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The transaction.</param>
    /// <param name="flags">Variations.</param>
    /// <param name="home">The partition whose log holds the decision.</param>
    /// <param name="others">The partitions that take part beside it.</param>
    /// <param name="reads">How many reads follow.</param>
    public static void WriteStart(
        IBufferWriter<byte> writer, in TransactionId id, PartFlags flags, PartitionId home, ReadOnlySpan<PartitionId> others, int reads)
    {
        id.Write(writer.GetSpan(TransactionId.Length));
        writer.Advance(TransactionId.Length);
        writer.WriteByte((byte)flags);
        writer.WriteUInt16(home.Value);
        writer.WriteVarint((ulong)others.Length);
        foreach (var other in others)
        {
            writer.WriteUInt16(other.Value);
        }

        writer.WriteVarint((ulong)reads);
    }

    /// <summary>Writes one read.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="storedKey">The key.</param>
    /// <param name="version">The version that was read; zero for absence.</param>
    public static void WriteRead(IBufferWriter<byte> writer, ReadOnlySpan<byte> storedKey, Lsn version)
    {
        writer.WriteString(storedKey);
        writer.WriteLsn(version);
    }

    /// <summary>Writes how many ranges follow.</summary>
    public static void WriteRangesStart(IBufferWriter<byte> writer, int ranges) => writer.WriteVarint((ulong)ranges);

    /// <summary>Writes one range.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="range">The range.</param>
    /// <param name="count">How many keys there were.</param>
    public static void WriteRange(IBufferWriter<byte> writer, KeyRange range, int count)
    {
        ArgumentNullException.ThrowIfNull(range);
        writer.WriteString(range.From);
        writer.WriteString(range.To);
        writer.WriteUInt16(range.Table);
        writer.WriteVarint((ulong)count);
    }

    private static ReadOnlySpan<byte> ReadReads(scoped ref ByteReader reader)
    {
        var count = reader.ReadCount();
        var rest = reader.Rest;
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            reader.ReadString();
            reader.ReadLsn();
        }

        return rest[..^reader.Rest.Length];
    }

    private static ReadOnlySpan<byte> ReadRanges(scoped ref ByteReader reader)
    {
        var count = reader.ReadCount();
        var rest = reader.Rest;
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            reader.ReadString();
            reader.ReadString();
            reader.ReadUInt16();
            reader.ReadVarint();
        }

        return rest[..^reader.Rest.Length];
    }
}
