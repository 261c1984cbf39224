using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Storage.Journaling;

/// <summary>The body of a mark: evidence of what the journal held at this point, by which recovery tells a torn end from damage.</summary>
/// <remarks>
/// Flags u8, synced position u64 (everything before it was synced when the mark was made), since position u64 (every partition that
/// moved at or after it is listed; 0 where all are), then as variable-length numbers the count of lines and for each: partition, epoch and
/// sequence of its last entry, number of its last control record.
/// </remarks>
internal readonly ref struct Mark
{
    private readonly ReadOnlySpan<byte> _lines;

    private Mark(MarkFlags flags, long synced, long since, int count, ReadOnlySpan<byte> lines)
    {
        Flags = flags;
        Synced = synced;
        Since = since;
        Count = count;
        _lines = lines;
    }

    /// <summary>What is special about it.</summary>
    internal MarkFlags Flags { get; }

    /// <summary>Everything before this position was durable when the mark was made.</summary>
    internal long Synced { get; }

    /// <summary>Every partition with a record at or after this position, and before the mark, is listed.</summary>
    internal long Since { get; }

    /// <summary>The number of lines.</summary>
    internal int Count { get; }

    /// <summary>The room that a mark with so many lines takes at most.</summary>
    internal static int RoomFor(int lines) => JournalRecord.RoomFor(EntryFrame.HeaderLength + 1 + 8 + 8 + 5 + (33 * lines)) + JournalRecord.Alignment;

    /// <summary>Writes what precedes the lines.</summary>
    internal static void WriteStart(IBufferWriter<byte> writer, MarkFlags flags, long synced, long since, int count)
    {
        writer.WriteByte((byte)flags);
        writer.WriteInt64(synced);
        writer.WriteInt64(since);
        writer.WriteVarint((ulong)count);
    }

    /// <summary>Writes one line.</summary>
    internal static void WriteLine(IBufferWriter<byte> writer, PartitionId partition, in Standing standing)
    {
        writer.WriteVarint(partition.Value);
        writer.WriteLsn(standing.Last);
        writer.WriteVarint(standing.Control);
    }

    /// <summary>Reads a mark's body.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> body, out Mark mark)
    {
        var reader = new ByteReader(body);
        var flags = (MarkFlags)reader.ReadByte();
        var synced = reader.ReadInt64();
        var since = reader.ReadInt64();
        var count = reader.ReadCount();
        mark = new Mark(flags, synced, since, count, reader.Rest);
        for (var line = 0; line < count && reader.IsValid; line++)
        {
            ReadLine(ref reader, out _, out _);
        }

        return reader.IsAtEnd;
    }

    /// <summary>A reader that stands at the first line, for <see cref="ReadLine" />.</summary>
    internal ByteReader Lines() => new(_lines);

    /// <summary>Reads the next line.</summary>
    internal static void ReadLine(ref ByteReader reader, out PartitionId partition, out Standing standing)
    {
        var number = reader.ReadVarint();
        if (number > ushort.MaxValue)
        {
            reader.Fail();
        }

        partition = new PartitionId((ushort)number);
        var last = reader.ReadLsn();
        standing = new Standing(last, reader.ReadVarint());
    }
}
