using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>Writes results as replies, and errors with the codes and texts by which clients of Redis know them.</summary>
/// <remarks>
/// One code is not Redis's: <c>UNKNOWN</c> says that the command may or may not have been carried out. Every other error promises
/// that nothing happened.
/// </remarks>
internal static class RedisResults
{
    /// <summary>A key is empty or too long (a text of this project; Redis takes such keys).</summary>
    public static ReadOnlySpan<byte> KeyLength => "ERR invalid key: it must have 1 to 65535 bytes"u8;

    /// <summary>A reply would be longer than the limit.</summary>
    public static ReadOnlySpan<byte> ReplyTooLong => "ERR the reply would be longer than the limit; use SCAN"u8;

    /// <summary>Writes a result.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="shape">What the reply makes of it.</param>
    /// <param name="form">Makes the reply where the shape cannot, unless the result is an error; null otherwise.</param>
    /// <param name="result">The result.</param>
    /// <param name="listener">Tells the time.</param>
    public static void Write(RespWriter writer, ReplyShape shape, IReplyForm? form, ReadOnlySpan<byte> result, RedisListener listener)
    {
        var reader = new ResultReader(result);
        if (form is not null && reader.Kind != ResultKind.Error)
        {
            form.Write(writer, ref reader);
        }
        else
        {
            Write(writer, shape, ref reader, listener);
        }

        if (!reader.IsValid)
        {
            throw new InvalidOperationException("A result is malformed.");
        }
    }

    private static void Write(RespWriter writer, ReplyShape shape, ref ResultReader reader, RedisListener listener)
    {
        switch (reader.Kind)
        {
            case ResultKind.Nil when shape is ReplyShape.OkOrNoSuchKey or ReplyShape.NumberOrNoSuchKey:
                writer.WriteError(RespErrors.NoSuchKey);
                break;
            case ResultKind.Nil when shape == ReplyShape.OkOrBusyKey:
                writer.WriteError(RespErrors.BusyKey);
                break;
            case ResultKind.Integer when shape == ReplyShape.OkOrNoSuchKey:
                writer.WriteOk();
                break;
            case ResultKind.Ok when shape == ReplyShape.OneOrZero:
                writer.WriteInteger(1);
                break;
            case ResultKind.Ok:
                writer.WriteOk();
                break;
            case ResultKind.Nil when shape == ReplyShape.OneOrZero:
                writer.WriteInteger(0);
                break;
            case ResultKind.Nil:
                writer.WriteNull();
                break;
            case ResultKind.Integer:
                WriteInteger(writer, shape, reader.Integer, listener);
                break;
            case ResultKind.Value:
                writer.WriteBulk(reader.Value);
                break;
            case ResultKind.List:
                WriteList(writer, ref reader);
                break;
            case ResultKind.Error:
                WriteError(writer, reader.Error, reader.Value);
                break;
            default:
                throw new InvalidOperationException($"A result of kind {reader.Kind} answers no request of the Redis protocol.");
        }
    }

    /// <summary>Writes an error.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="code">Its code.</param>
    /// <param name="text">Its text for people; used where Redis has no text of its own.</param>
    public static void WriteError(RespWriter writer, ErrorCode code, ReadOnlySpan<byte> text)
    {
        switch (code)
        {
            case ErrorCode.OutcomeUnknown:
                WriteError(writer, "UNKNOWN the outcome of the command is open: "u8, text, "it may or may not have been carried out"u8);
                break;
            case ErrorCode.TryAgain or ErrorCode.NotMine or ErrorCode.AskFirst:
                WriteError(writer, "TRYAGAIN "u8, text, "the partition has no serving first member for now"u8);
                break;
            case ErrorCode.Busy:
                WriteError(writer, "TRYAGAIN "u8, text, "too much is waiting already"u8);
                break;
            case ErrorCode.Aborted:
                WriteError(writer, "TRYAGAIN "u8, text, "others were in the way of the transaction; nothing happened"u8);
                break;
            case ErrorCode.NotEnoughReplicas:
                writer.WriteError(RespErrors.NoReplicas);
                break;
            case ErrorCode.ReadOnly:
                writer.WriteError(RespErrors.DiskFull);
                break;
            case ErrorCode.OutOfMemory:
                writer.WriteError(RespErrors.OutOfMemory);
                break;
            case ErrorCode.ClusterDown:
                writer.WriteError(RespErrors.SlotNotServed);
                break;
            case ErrorCode.Damaged:
                WriteError(writer, "IOERR "u8, text, "the value of this key is damaged and no other copy is left"u8);
                break;
            case ErrorCode.NotAnInteger:
                writer.WriteError(RespErrors.NotAnInteger);
                break;
            case ErrorCode.Overflow:
                writer.WriteError(RespErrors.IncrementOverflow);
                break;
            case ErrorCode.NotANumber:
                writer.WriteError(RespErrors.NotAFloat);
                break;
            case ErrorCode.NotFinite:
                writer.WriteError(RespErrors.NaNOrInfinity);
                break;
            case ErrorCode.KeyLength:
                writer.WriteError(KeyLength);
                break;
            case ErrorCode.ValueTooLong:
                writer.WriteError(RespErrors.StringTooLong);
                break;
            case ErrorCode.Forgotten:
                WriteError(writer, "UNKNOWN "u8, text, "what became of the command is no longer known; it was not run again"u8);
                break;
            default:
                WriteError(writer, "ERR "u8, text, "the request was refused"u8);
                break;
        }
    }

    private static void WriteError(RespWriter writer, ReadOnlySpan<byte> code, ReadOnlySpan<byte> text, ReadOnlySpan<byte> otherwise) =>
        writer.WriteError([.. code, .. text.IsEmpty ? otherwise : text]);

    private static void WriteInteger(RespWriter writer, ReplyShape shape, long value, RedisListener listener)
    {
        switch (shape)
        {
            case ReplyShape.TypeName:
                writer.WriteSimpleString(value == 0 ? "none"u8 : "string"u8);
                break;
            case ReplyShape.UnixSeconds when value >= 0:
                writer.WriteInteger(RoundToSeconds(value));
                break;
            case ReplyShape.SecondsLeft when value >= 0:
                writer.WriteInteger(RoundToSeconds(Math.Max(value - listener.Now, 0)));
                break;
            case ReplyShape.MillisecondsLeft when value >= 0:
                writer.WriteInteger(Math.Max(value - listener.Now, 0));
                break;
            default:
                writer.WriteInteger(value);
                break;
        }
    }

    // As Redis rounds: half a second up.
    private static long RoundToSeconds(long milliseconds) => (milliseconds / 1000) + (milliseconds % 1000 >= 500 ? 1 : 0);

    private static void WriteList(RespWriter writer, ref ResultReader reader)
    {
        writer.WriteArrayHeader(reader.Count);
        for (var i = 0; i < reader.Count; i++)
        {
            if (reader.ReadItem(out var item))
            {
                writer.WriteBulk(item);
            }
            else
            {
                writer.WriteNull();
            }
        }
    }
}
