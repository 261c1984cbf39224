using System.Buffers;
using System.Buffers.Binary;
using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;

namespace Catena.Compare.ZooKeeper;

/// <summary>A load through ZooKeeper's own protocol: setData of whatever version, and sync followed by getData, which together read what was written before.</summary>
/// <remarks>Keys are paths. A read is two requests sent at once and one operation. Sessions are closed at the end, since those that run out would be work for the servers in a later load.</remarks>
/// <param name="creates">Whether writes create their znodes, which may be there.</param>
internal sealed class ZooKeeperCodec(bool creates) : IBenchCodec
{
    private const int Create = 1;
    private const int GetData = 4;
    private const int SetData = 5;
    private const int Sync = 9;
    private const int CloseSession = -11;
    private const int NoNode = -101;
    private const int NodeExists = -110;
    private const int AnyVersion = -1;
    private const int AllPermissions = 31;
    private const int PasswordBytes = 16;
    private const int SessionMilliseconds = 30_000;
    private const int LengthBytes = 4;
    private const int ReplyHeaderBytes = 16;
    private const int MostReply = 1 << 20;

    private int _lastSent;
    private int _lastAnswered;

    /// <inheritdoc />
    public void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        Begin(output, Sync, TextBytes(key));
        WriteBytes(output, key);
        Begin(output, GetData, TextBytes(key) + 1);
        WriteBytes(output, key);
        output.Write("\0"u8);
    }

    /// <inheritdoc />
    public void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!creates)
        {
            Begin(output, SetData, TextBytes(key) + TextBytes(value) + 4);
            WriteBytes(output, key);
            WriteBytes(output, value);
            WriteInt(output, AnyVersion);
            return;
        }

        // One entry says who may do what: everybody everything. No flags: the znode stays.
        Begin(output, Create, TextBytes(key) + TextBytes(value) + 4 + 4 + TextBytes("world"u8) + TextBytes("anyone"u8) + 4);
        WriteBytes(output, key);
        WriteBytes(output, value);
        WriteInt(output, 1);
        WriteInt(output, AllPermissions);
        WriteBytes(output, "world"u8);
        WriteBytes(output, "anyone"u8);
        WriteInt(output, 0);
    }

    /// <inheritdoc />
    public void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count) => throw new NotSupportedException();

    /// <summary>Asks for a session.</summary>
    /// <inheritdoc />
    public bool WriteAuthentication(IBufferWriter<byte> output)
    {
        // Version, last zxid seen, timeout, session, password, whether reading alone would do.
        WriteInt(output, 4 + 8 + 4 + 8 + 4 + PasswordBytes + 1);
        WriteInt(output, 0);
        WriteLong(output, 0);
        WriteInt(output, SessionMilliseconds);
        WriteLong(output, 0);
        WriteInt(output, PasswordBytes);
        output.Write(stackalloc byte[PasswordBytes + 1]);
        return true;
    }

    /// <inheritdoc />
    public bool WriteFarewell(IBufferWriter<byte> output)
    {
        Begin(output, CloseSession, 0);
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (!TryTake(received, out var first, out var size))
        {
            return false;
        }

        if (step == BenchStep.Authenticate)
        {
            consumed = size;
            reply = first.Length >= 8 && BinaryPrimitives.ReadInt32BigEndian(first[4..]) > 0 ? BenchReply.Written() : BenchReply.Failed("no session");
            return true;
        }

        var second = first;
        if (step == BenchStep.Read)
        {
            if (!TryTake(received[size..], out second, out var further))
            {
                return false;
            }

            size += further;
            var synced = ErrorOf(first);
            if (synced != 0)
            {
                ErrorOf(second);
                consumed = size;
                reply = Refused(synced);
                return true;
            }
        }

        consumed = size;
        reply = ReplyTo(step, second);
        return true;
    }

    private BenchReply ReplyTo(BenchStep step, ReadOnlySpan<byte> answer)
    {
        var error = ErrorOf(answer);
        if (step == BenchStep.Write)
        {
            return error == 0 || (creates && error == NodeExists) ? BenchReply.Written() : Refused(error);
        }

        if (error != 0)
        {
            return error == NoNode ? BenchReply.Absent() : Refused(error);
        }

        var body = answer[ReplyHeaderBytes..];
        var length = body.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(body) : -1;
        return length >= 0 && length <= body.Length - 4 ? BenchReply.Found(body.Slice(4, length)) : throw new InvalidDataException("an answer to getData without data");
    }

    /// <summary>The error in an answer, which has to be that to the oldest request.</summary>
    private int ErrorOf(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < ReplyHeaderBytes)
        {
            throw new InvalidDataException("an answer without its header");
        }

        var number = BinaryPrimitives.ReadInt32BigEndian(answer);
        return number == ++_lastAnswered
            ? BinaryPrimitives.ReadInt32BigEndian(answer[12..])
            : throw new InvalidDataException($"the answer to request {number} in the place of {_lastAnswered}");
    }

    private static BenchReply Refused(int error) => BenchReply.Failed($"ZooKeeper's error {error}");

    private static bool TryTake(ReadOnlySpan<byte> received, out ReadOnlySpan<byte> answer, out int size)
    {
        answer = default;
        size = 0;
        if (received.Length < LengthBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(received);
        if (length is < 0 or > MostReply)
        {
            throw new InvalidDataException($"an answer of {length} bytes");
        }

        if (received.Length - LengthBytes < length)
        {
            return false;
        }

        answer = received.Slice(LengthBytes, length);
        size = LengthBytes + length;
        return true;
    }

    private static int TextBytes(ReadOnlySpan<byte> text) => LengthBytes + text.Length;

    private void Begin(IBufferWriter<byte> output, int operation, int size)
    {
        WriteInt(output, 8 + size);
        WriteInt(output, ++_lastSent);
        WriteInt(output, operation);
    }

    private static void WriteBytes(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        WriteInt(output, bytes.Length);
        output.Write(bytes);
    }

    private static void WriteInt(IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static void WriteLong(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }
}
