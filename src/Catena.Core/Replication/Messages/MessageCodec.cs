using System.Buffers;
using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Log;

namespace Catena.Core.Replication.Messages;

/// <summary>Replica messages as bytes: a kind, the epoch, and the fields in the order of the record.</summary>
public static class MessageCodec
{
    /// <summary>Writes a message.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="message">What is said.</param>
    public static void Write(IBufferWriter<byte> writer, ReplicaMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        writer.WriteByte((byte)KindOf(message));
        writer.WriteVarint(message.Epoch.Value);
        switch (message)
        {
            case EpochOpen open:
                ConfigurationCodec.Write(writer, open.Configuration);
                ConfigurationCodec.WriteNodes(writer, open.Released);
                break;
            case EpochAck ack:
                WriteStanding(writer, ack.Last, ack.Lineage, ack.Incarnation);
                break;
            case EpochStale stale:
                ConfigurationCodec.Write(writer, stale.Configuration);
                break;
            case LogFetch fetch:
                writer.WriteLsn(fetch.After);
                break;
            case LogSuffix suffix:
                writer.WriteLsn(suffix.After);
                writer.WriteLsn(suffix.Last);
                writer.WriteString(suffix.Frames.Span);
                break;
            case AppendEntries append:
                writer.WriteVarint(append.Incarnation);
                writer.WriteLsn(append.Previous);
                writer.WriteVarint(append.Committed);
                writer.WriteVarint(append.Passed);
                writer.WriteVarint(append.Counting.Number);
                writer.WriteUInt64(append.Counting.Learner.Value);
                writer.WriteString(append.Frames.Span);
                break;
            case AppendAck ack:
                writer.WriteVarint(ack.Through);
                writer.WriteVarint(ack.AllThrough);
                writer.WriteVarint(ack.Committed);
                writer.WriteVarint(ack.Counted);
                writer.WriteVarint(ack.Incarnation);
                break;
            case AppendRefused refusal:
                WriteStanding(writer, refusal.Last, refusal.Lineage, refusal.Incarnation);
                break;
            case SnapshotChunk chunk:
                WriteChunk(writer, chunk);
                break;
            case SnapshotAck ack:
                writer.WriteVarint(ack.Transfer);
                writer.WriteVarint(ack.Number);
                writer.WriteByte(ack.IsTaken ? (byte)1 : (byte)0);
                writer.WriteVarint(ack.Incarnation);
                break;
            case GaveUp or EpochWish:
                break;
            case StandingTold told:
                writer.WriteUInt64(told.Node.Value);
                writer.WriteByte((byte)told.Standing);
                break;
            case PositionAsk ask:
                writer.WriteVarint(ask.Number);
                writer.WriteVarint(ask.Incarnation);
                break;
            case PositionTold told:
                writer.WriteVarint(told.Number);
                writer.WriteVarint(told.Through);
                writer.WriteVarint(told.Incarnation);
                break;
            case StateSums sums:
                WriteSums(writer, sums);
                break;
        }
    }

    /// <summary>Reads a message; its byte fields point into <paramref name="source" />.</summary>
    /// <param name="source">One whole message.</param>
    /// <returns>The message, or null where the bytes are none.</returns>
    public static ReplicaMessage? TryRead(ReadOnlyMemory<byte> source)
    {
        var reader = new ByteReader(source.Span);
        var kind = (MessageKind)reader.ReadByte();
        var epoch = new Epoch(reader.ReadVarint());
        var message = ReadFields(kind, epoch, source, ref reader);
        return reader.IsAtEnd && message?.Epoch == epoch ? message : null;
    }

    private static ReplicaMessage? ReadFields(MessageKind kind, Epoch epoch, ReadOnlyMemory<byte> source, ref ByteReader reader)
    {
        switch (kind)
        {
            case MessageKind.EpochOpen:
                var opened = ConfigurationCodec.Read(ref reader);
                return new EpochOpen(opened, ConfigurationCodec.ReadNodes(ref reader));
            case MessageKind.EpochAck:
                var (last, lineage, incarnation) = ReadStanding(ref reader);
                return new EpochAck(epoch, last, lineage, incarnation);
            case MessageKind.EpochStale:
                return new EpochStale(ConfigurationCodec.Read(ref reader));
            case MessageKind.LogFetch:
                return new LogFetch(epoch, reader.ReadLsn());
            case MessageKind.LogSuffix:
                var after = reader.ReadLsn();
                var suffixLast = reader.ReadLsn();
                return new LogSuffix(epoch, after, ReadMemory(ref reader, source), suffixLast);
            case MessageKind.AppendEntries:
                var receiver = reader.ReadVarint();
                var previous = reader.ReadLsn();
                var committed = reader.ReadVarint();
                var passed = reader.ReadVarint();
                var counting = new Counting(reader.ReadVarint(), new NodeId(reader.ReadUInt64()));
                return new AppendEntries(epoch, receiver, previous, committed, passed, counting, ReadMemory(ref reader, source));
            case MessageKind.AppendAck:
                var through = reader.ReadVarint();
                var allThrough = reader.ReadVarint();
                var known = reader.ReadVarint();
                var counted = reader.ReadVarint();
                return new AppendAck(epoch, through, allThrough, known, counted, reader.ReadVarint());
            case MessageKind.AppendRefused:
                (last, lineage, incarnation) = ReadStanding(ref reader);
                return new AppendRefused(epoch, last, lineage, incarnation);
            case MessageKind.SnapshotChunk:
                return ReadChunk(epoch, source, ref reader);
            case MessageKind.SnapshotAck:
                var transfer = reader.ReadVarint();
                var number = ReadNumber(ref reader);
                var isTaken = ReadFlag(ref reader);
                return new SnapshotAck(epoch, transfer, number, isTaken, reader.ReadVarint());
            case MessageKind.GaveUp:
                return new GaveUp(epoch);
            case MessageKind.EpochWish:
                return new EpochWish(epoch);
            case MessageKind.StandingTold:
                var node = new NodeId(reader.ReadUInt64());
                return new StandingTold(epoch, node, ReadStandingOf(ref reader));
            case MessageKind.PositionAsk:
                var question = reader.ReadVarint();
                return new PositionAsk(epoch, question, reader.ReadVarint());
            case MessageKind.PositionTold:
                question = reader.ReadVarint();
                var applied = reader.ReadVarint();
                return new PositionTold(epoch, question, applied, reader.ReadVarint());
            case MessageKind.StateSums:
                var isVerdict = ReadFlag(ref reader);
                return new StateSums(epoch, isVerdict, ReadSums(ref reader));
            default:
                return null;
        }
    }

    private static void WriteSums(IBufferWriter<byte> writer, StateSums message)
    {
        writer.WriteByte(message.IsVerdict ? (byte)1 : (byte)0);
        writer.WriteVarint((ulong)message.Sums.Length);
        foreach (var sum in message.Sums)
        {
            writer.WriteLsn(sum.At);
            writer.WriteInt64((long)sum.Sum);
        }
    }

    private static ImmutableArray<StateSum> ReadSums(ref ByteReader reader)
    {
        var sums = ImmutableArray.CreateBuilder<StateSum>(reader.ReadCount());
        for (var left = sums.Capacity; left > 0 && reader.IsValid; left--)
        {
            var at = reader.ReadLsn();
            sums.Add(new StateSum(at, (ulong)reader.ReadInt64()));
        }

        return sums.ToImmutable();
    }

    private static MessageKind KindOf(ReplicaMessage message) => message switch
    {
        EpochOpen => MessageKind.EpochOpen,
        EpochAck => MessageKind.EpochAck,
        EpochStale => MessageKind.EpochStale,
        LogFetch => MessageKind.LogFetch,
        LogSuffix => MessageKind.LogSuffix,
        AppendEntries => MessageKind.AppendEntries,
        AppendAck => MessageKind.AppendAck,
        AppendRefused => MessageKind.AppendRefused,
        SnapshotChunk => MessageKind.SnapshotChunk,
        SnapshotAck => MessageKind.SnapshotAck,
        GaveUp => MessageKind.GaveUp,
        StateSums => MessageKind.StateSums,
        EpochWish => MessageKind.EpochWish,
        StandingTold => MessageKind.StandingTold,
        PositionAsk => MessageKind.PositionAsk,
        PositionTold => MessageKind.PositionTold,
        _ => throw new InvariantException($"no wire form for {message.GetType().Name}"),
    };

    private static void WriteStanding(IBufferWriter<byte> writer, Lsn last, ImmutableArray<EpochStart> lineage, ulong incarnation)
    {
        writer.WriteLsn(last);
        WriteLineage(writer, lineage);
        writer.WriteVarint(incarnation);
    }

    private static (Lsn Last, ImmutableArray<EpochStart> Lineage, ulong Incarnation) ReadStanding(ref ByteReader reader)
    {
        var last = reader.ReadLsn();
        var lineage = ReadLineage(ref reader);
        return (last, lineage, reader.ReadVarint());
    }

    private static void WriteLineage(IBufferWriter<byte> writer, ImmutableArray<EpochStart> lineage)
    {
        writer.WriteVarint((ulong)lineage.Length);
        foreach (var step in lineage)
        {
            writer.WriteVarint(step.Epoch.Value);
            writer.WriteVarint(step.FirstSequence);
        }
    }

    private static ImmutableArray<EpochStart> ReadLineage(ref ByteReader reader)
    {
        var count = reader.ReadCount();
        var lineage = ImmutableArray.CreateBuilder<EpochStart>(Math.Min(count, Lineage.MaxSteps));
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            var epoch = new Epoch(reader.ReadVarint());
            lineage.Add(new EpochStart(epoch, reader.ReadVarint()));
        }

        return lineage.ToImmutable();
    }

    private static void WriteChunk(IBufferWriter<byte> writer, SnapshotChunk chunk)
    {
        writer.WriteVarint(chunk.Incarnation);
        writer.WriteVarint(chunk.Transfer);
        writer.WriteVarint(chunk.Number);
        writer.WriteLsn(chunk.Base);
        WriteLineage(writer, chunk.Lineage);
        writer.WriteByte(chunk.IsLast ? (byte)1 : (byte)0);
        writer.WriteVarint(chunk.CompleteThrough);
        writer.WriteString(chunk.Items.Span);
        writer.WriteString(chunk.Results.Span);
    }

    private static SnapshotChunk ReadChunk(Epoch epoch, ReadOnlyMemory<byte> source, ref ByteReader reader)
    {
        var incarnation = reader.ReadVarint();
        var transfer = reader.ReadVarint();
        var number = ReadNumber(ref reader);
        var basis = reader.ReadLsn();
        var lineage = ReadLineage(ref reader);
        var isLast = ReadFlag(ref reader);
        var completeThrough = reader.ReadVarint();
        var items = ReadMemory(ref reader, source);
        return new SnapshotChunk(
            epoch, incarnation, transfer, number, basis, lineage, items, isLast, completeThrough, ReadMemory(ref reader, source));
    }

    private static uint ReadNumber(ref ByteReader reader)
    {
        var number = reader.ReadVarint();
        if (number > uint.MaxValue)
        {
            reader.Fail();
        }

        return (uint)number;
    }

    private static ReplicaStanding ReadStandingOf(ref ByteReader reader)
    {
        var standing = (ReplicaStanding)reader.ReadByte();
        if (!Enum.IsDefined(standing))
        {
            reader.Fail();
        }

        return standing;
    }

    private static bool ReadFlag(ref ByteReader reader)
    {
        var flag = reader.ReadByte();
        if (flag > 1)
        {
            reader.Fail();
        }

        return flag == 1;
    }

    private static ReadOnlyMemory<byte> ReadMemory(ref ByteReader reader, ReadOnlyMemory<byte> source)
    {
        var length = reader.ReadString().Length;
        return reader.IsValid ? source.Slice(source.Length - reader.Rest.Length - length, length) : default;
    }
}
