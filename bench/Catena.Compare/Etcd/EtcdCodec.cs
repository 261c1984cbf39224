using System.Buffers;
using System.Buffers.Binary;
using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;

namespace Catena.Compare.Etcd;

/// <summary>A load through gRPC to etcd's KV service: Put, and Range of one key, which is linearizable unless asked otherwise.</summary>
/// <remarks>
/// <para>
/// One call at a time a connection, each on a stream of its own. Fields of answers are not decoded: an answer with a message went well, and one without did not, since gRPC sends errors as fields alone.
/// The server is told that it may send as much as it likes, so that there is nothing to grant until a thousand million bytes have come.
/// </para>
/// <para>What is owed to the server (answers to SETTINGS and PING) goes out with the next call.</para>
/// </remarks>
internal sealed class EtcdCodec : IBenchCodec
{
    private const int MessageHeaderBytes = 5;
    private const int FirstWindow = 65_535;
    private const int MostWindow = int.MaxValue;
    private const int GrantFrom = 1 << 30;
    private const int KeyField = 1;
    private const int ValueField = 2;
    private const int KeyValuesField = 2;
    private const int ValueOfKeyValueField = 5;

    private static readonly byte[] PutFields = GrpcFields.Of("/etcdserverpb.KV/Put");
    private static readonly byte[] RangeFields = GrpcFields.Of("/etcdserverpb.KV/Range");

    private readonly ArrayBufferWriter<byte> _owed = new();
    private readonly ArrayBufferWriter<byte> _message = new(1024);
    private int _stream = -1;
    private int _received;
    private long _sendWindow = FirstWindow;

    /// <inheritdoc />
    public void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        BeginCall(output, RangeFields, ProtobufText.SizeOf(key.Length));
        ProtobufText.Write(output, KeyField, key);
    }

    /// <inheritdoc />
    public void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        BeginCall(output, PutFields, ProtobufText.SizeOf(key.Length) + ProtobufText.SizeOf(value.Length));
        ProtobufText.Write(output, KeyField, key);
        ProtobufText.Write(output, ValueField, value);
    }

    /// <inheritdoc />
    public void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count) => throw new NotSupportedException();

    /// <summary>The preface, what the server is to keep to, and a window as large as can be.</summary>
    /// <inheritdoc />
    public bool WriteAuthentication(IBufferWriter<byte> output)
    {
        output.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);

        // No table of fields to remember (1), no pushes (2), streams as wide as can be (4).
        Http2Frame.Write(output, Http2FrameType.Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff]);
        Grant(output, MostWindow - FirstWindow);
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (!HasEnd(received, step))
        {
            return false;
        }

        _message.ResetWrittenCount();
        var ended = false;
        while (Http2Frame.TryRead(received[consumed..], out var frame) && (!ended || frame.Stream == 0))
        {
            consumed += frame.Length;
            Take(frame);
            ended |= IsEnd(frame, step);
        }

        if (_owed.WrittenCount == 0 && _received >= GrantFrom)
        {
            Grant(_owed, _received);
            _received = 0;
        }

        reply = step == BenchStep.Authenticate ? BenchReply.Written() : ReplyTo(step);
        return true;
    }

    private bool HasEnd(ReadOnlySpan<byte> received, BenchStep step)
    {
        while (Http2Frame.TryRead(received, out var frame))
        {
            if (IsEnd(frame, step))
            {
                return true;
            }

            received = received[frame.Length..];
        }

        return false;
    }

    private bool IsEnd(in Http2Frame frame, BenchStep step) =>
        step == BenchStep.Authenticate ? frame.Type == Http2FrameType.Settings && (frame.Flags & Http2Frame.Ack) == 0 : frame.Ends(_stream);

    private void Take(in Http2Frame frame)
    {
        switch (frame.Type)
        {
            case Http2FrameType.Data:
                _received += frame.Payload.Length;
                _message.Write(frame.Stream == _stream ? frame.Data() : default);
                break;
            case Http2FrameType.Settings when (frame.Flags & Http2Frame.Ack) == 0:
                Http2Frame.Write(_owed, Http2FrameType.Settings, Http2Frame.Ack, 0, default);
                break;
            case Http2FrameType.Ping when (frame.Flags & Http2Frame.Ack) == 0:
                Http2Frame.Write(_owed, Http2FrameType.Ping, Http2Frame.Ack, 0, frame.Payload);
                break;
            case Http2FrameType.WindowUpdate when frame is { Stream: 0, Payload.Length: 4 }:
                _sendWindow += BinaryPrimitives.ReadInt32BigEndian(frame.Payload) & int.MaxValue;
                break;
            case Http2FrameType.GoAway:
                throw new InvalidDataException("the server ends the connection");
            default:
                // Fields, which are not looked at, and what extensions send.
                break;
        }
    }

    private BenchReply ReplyTo(BenchStep step)
    {
        var bytes = _message.WrittenSpan;
        if (bytes.IsEmpty)
        {
            return BenchReply.Failed("etcd refused");
        }

        if (bytes.Length < MessageHeaderBytes || bytes[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) != (uint)(bytes.Length - MessageHeaderBytes))
        {
            throw new InvalidDataException("an answer that is not one plain message");
        }

        if (step == BenchStep.Write)
        {
            return BenchReply.Written();
        }

        return ProtobufText.TryFind(bytes[MessageHeaderBytes..], KeyValuesField, out var found)
            ? BenchReply.Found(ProtobufText.TryFind(found, ValueOfKeyValueField, out var value) ? value : default)
            : BenchReply.Absent();
    }

    private void BeginCall(IBufferWriter<byte> output, byte[] fields, int size)
    {
        if (_owed.WrittenCount > 0)
        {
            output.Write(_owed.WrittenSpan);
            _owed.ResetWrittenCount();
        }

        var length = MessageHeaderBytes + size;
        _sendWindow -= length;
        if (_sendWindow < 0 || length > Http2Frame.MostPayload)
        {
            throw new InvalidDataException("more than the server wants to receive");
        }

        _stream += 2;
        Http2Frame.Write(output, Http2FrameType.Headers, Http2Frame.EndHeaders, _stream, fields);
        Http2Frame.WriteHeader(output, Http2FrameType.Data, Http2Frame.EndStream, _stream, length);
        var header = output.GetSpan(MessageHeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], size);
        output.Advance(MessageHeaderBytes);
    }

    private static void Grant(IBufferWriter<byte> output, int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        Http2Frame.Write(output, Http2FrameType.WindowUpdate, 0, 0, payload);
    }
}
