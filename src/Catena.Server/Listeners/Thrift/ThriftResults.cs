using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>What errors say in exceptions, of which KeyValueService has one type for all of them.</summary>
internal static class ThriftResults
{
    /// <summary>The text for an error: its own, or one for its code.</summary>
    /// <remarks>Only texts that begin with <c>outcome unknown</c> leave open whether the call took effect.</remarks>
    /// <param name="code">The code.</param>
    /// <param name="text">The error's own text; perhaps empty.</param>
    public static byte[] TextOf(ErrorCode code, ReadOnlySpan<byte> text)
    {
        var (name, otherwise) = code switch
        {
            ErrorCode.OutcomeUnknown => ("outcome unknown", "the call may or may not have taken effect"),
            ErrorCode.TryAgain or ErrorCode.NotMine or ErrorCode.AskFirst => ("try again", "the partition has no serving first member for now"),
            ErrorCode.Busy => ("try again", "too much is waiting already"),
            ErrorCode.NotEnoughReplicas => ("not enough replicas", "the partition has fewer members than a write needs"),
            ErrorCode.ReadOnly => ("read only", "the node has no room on disk"),
            ErrorCode.OutOfMemory => ("read only", "the node's memory is at its limit"),
            ErrorCode.ClusterDown => ("cluster down", "the partition is not served yet"),
            ErrorCode.Damaged => ("damaged", "the value of this key is damaged and no other copy is left"),
            ErrorCode.KeyLength => ("invalid key", "a key has 1 to 65535 bytes"),
            ErrorCode.ValueTooLong => ("value too long", "the value is longer than the setting allows"),
            ErrorCode.Aborted => ("aborted", "others were in the way of the transaction"),
            ErrorCode.NoTransaction => ("no such transaction", "it has ended, or was begun on another node"),
            ErrorCode.Committed => ("committed", "the transaction cannot be rolled back"),
            ErrorCode.NoSuchTable => ("no such table", "it was dropped, or never created"),
            ErrorCode.TableExists => ("table exists", "there is a table of this name already"),
            ErrorCode.TooLarge => ("too large", "the transaction has too many keys or bytes"),
            ErrorCode.Forgotten => ("outcome unknown", "what became of the call is no longer known; it was not run again"),
            _ => ("refused", "the request was refused"),
        };
        return
        [
            .. Encoding.ASCII.GetBytes(name),
            .. ": "u8,
            .. text.IsEmpty ? Encoding.ASCII.GetBytes(otherwise) : text,
        ];
    }

    /// <summary>The exception for an error, for methods that declare some.</summary>
    /// <param name="code">The error's code.</param>
    public static CatenaException ExceptionOf(ErrorCode code) => code switch
    {
        ErrorCode.Aborted => CatenaException.TransactionAborted,
        ErrorCode.NoTransaction => CatenaException.NoSuchTransaction,
        ErrorCode.Committed => CatenaException.TransactionCommitted,
        ErrorCode.NoSuchTable => CatenaException.NoSuchTable,
        ErrorCode.TableExists => CatenaException.TableExists,
        ErrorCode.OutcomeUnknown or ErrorCode.Forgotten => CatenaException.OutcomeUnknown,
        ErrorCode.NotAnInteger or ErrorCode.Overflow or ErrorCode.NotANumber or ErrorCode.NotFinite or ErrorCode.KeyLength or ErrorCode.ValueTooLong or ErrorCode.BadRequest
            or ErrorCode.TooLarge => CatenaException.InvalidRequest,
        _ => CatenaException.Unavailable,
    };

    /// <summary>Answers a call of Catena by the exception that its method declares for an error, or by one that every method has.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="code">The error's code.</param>
    /// <param name="text">Its own text; perhaps empty.</param>
    public static void WriteError(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, ErrorCode code, ReadOnlySpan<byte> text)
    {
        var exception = ExceptionOf(code);
        var message = TextOf(code, text);
        if (CatenaService.Declares(method, exception))
        {
            CatenaService.WriteException(output, method, sequenceId, exception, message);
        }
        else
        {
            ThriftException.Write(output, CatenaService.NameOf(method), sequenceId, ThriftExceptionType.InternalError, message);
        }
    }

    /// <summary>The name of a method that is answered later.</summary>
    /// <param name="method">Get, put or replicate.</param>
    public static ReadOnlySpan<byte> NameOf(KeyValueMethod method) => method switch
    {
        KeyValueMethod.Get => "get"u8,
        KeyValueMethod.Put => "put"u8,
        _ => "replicate"u8,
    };
}
