using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.PubSub;

/// <summary>The payload of <see cref="Peers.PeerFrameKind.PubSub" />, read without copying.</summary>
/// <remarks>
/// <para>All begin with the kind (1 byte) and the asking node's number for it (8 bytes, little-endian). Then:</para>
/// <para><c>Publish</c>: the channel's kind (1), the channel with its length before it, the message up to the end.</para>
/// <para><c>Receipt</c>: how many took the message (variable length).</para>
/// <para><c>Survey</c>: the channels' kind (1), 1 for names or 0 for a pattern (1), then names with their lengths, or the pattern, up to the end.</para>
/// <para><c>Answer</c>: 1 where names were left out for their number or 0 (1), then names with their lengths, each followed by its count.</para>
/// </remarks>
internal readonly ref struct PubSubFrame
{
    private PubSubFrame(PubSubFrameKind kind, ulong id)
    {
        Kind = kind;
        Id = id;
    }

    /// <summary>What the frame is.</summary>
    public PubSubFrameKind Kind { get; }

    /// <summary>The asking node's number for its message or question.</summary>
    public ulong Id { get; }

    /// <summary>In a message or question: the kind of the channels.</summary>
    public ChannelKind Channels { get; private init; }

    /// <summary>In a message: its channel. In a question: its pattern, or the packed names.</summary>
    public ReadOnlySpan<byte> Channel { get; private init; }

    /// <summary>In a message: its bytes. In an answer: packed names and counts.</summary>
    public ReadOnlySpan<byte> Body { get; private init; }

    /// <summary>In a receipt: how many took the message.</summary>
    public long Count { get; private init; }

    /// <summary>In a question: whether it gives names. In an answer: whether names were left out.</summary>
    public bool Flag { get; private init; }

    /// <summary>Writes a message.</summary>
    public static void WritePublish(IBufferWriter<byte> output, ulong id, ChannelKind kind, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        WriteHead(output, PubSubFrameKind.Publish, id);
        output.WriteByte((byte)kind);
        output.WriteString(channel);
        output.Write(message);
    }

    /// <summary>Writes the receipt of a message.</summary>
    public static void WriteReceipt(IBufferWriter<byte> output, ulong id, int count)
    {
        WriteHead(output, PubSubFrameKind.Receipt, id);
        output.WriteVarint((ulong)count);
    }

    /// <summary>Writes a question.</summary>
    public static void WriteSurvey(IBufferWriter<byte> output, ulong id, ChannelKind kind, bool hasNames, ReadOnlySpan<byte> patternOrNames)
    {
        WriteHead(output, PubSubFrameKind.Survey, id);
        output.WriteByte((byte)kind);
        output.WriteByte(hasNames ? (byte)1 : (byte)0);
        output.Write(patternOrNames);
    }

    /// <summary>Writes the head of an answer; the counts follow by <see cref="WriteCount" />.</summary>
    public static void WriteAnswerHead(IBufferWriter<byte> output, ulong id, bool isCut)
    {
        WriteHead(output, PubSubFrameKind.Answer, id);
        output.WriteByte(isCut ? (byte)1 : (byte)0);
    }

    /// <summary>Writes one name of an answer and how many have subscribed to it.</summary>
    public static void WriteCount(IBufferWriter<byte> output, ReadOnlySpan<byte> name, int count)
    {
        output.WriteString(name);
        output.WriteVarint((ulong)count);
    }

    /// <summary>Reads a frame.</summary>
    /// <param name="payload">One whole payload.</param>
    /// <param name="frame">The frame, which views the payload.</param>
    /// <returns>False where the bytes are none. Lists inside are checked by who reads them.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out PubSubFrame frame)
    {
        var reader = new ByteReader(payload);
        var kind = (PubSubFrameKind)reader.ReadByte();
        var id = reader.ReadUInt64();
        frame = new PubSubFrame(kind, id);
        switch (kind)
        {
            case PubSubFrameKind.Publish:
                var channels = (ChannelKind)reader.ReadByte();
                var channel = reader.ReadString();
                frame = new PubSubFrame(kind, id) { Channels = channels, Channel = channel, Body = reader.Rest };
                return reader.IsValid && channels is ChannelKind.Channel or ChannelKind.Sharded;
            case PubSubFrameKind.Receipt:
                frame = new PubSubFrame(kind, id) { Count = (long)Math.Min(reader.ReadVarint(), int.MaxValue) };
                return reader.IsAtEnd;
            case PubSubFrameKind.Survey:
                channels = (ChannelKind)reader.ReadByte();
                var flag = reader.ReadByte();
                frame = new PubSubFrame(kind, id) { Channels = channels, Flag = flag == 1, Channel = reader.Rest };
                return reader.IsValid && flag <= 1 && channels is ChannelKind.Channel or ChannelKind.Pattern or ChannelKind.Sharded;
            case PubSubFrameKind.Answer:
                flag = reader.ReadByte();
                frame = new PubSubFrame(kind, id) { Flag = flag == 1, Body = reader.Rest };
                return reader.IsValid && flag <= 1;
            default:
                return false;
        }
    }

    private static void WriteHead(IBufferWriter<byte> output, PubSubFrameKind kind, ulong id)
    {
        output.WriteByte((byte)kind);
        output.WriteUInt64(id);
    }
}
