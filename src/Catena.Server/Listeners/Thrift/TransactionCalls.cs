using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;
using Catena.Protocols.Thrift;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>What calls on transactions ask of the router, and how its results answer them.</summary>
internal static class TransactionCalls
{
    /// <summary>Brings a call into the form of a command.</summary>
    /// <param name="call">The call.</param>
    /// <param name="tables">The number of its table, where it names one.</param>
    /// <param name="command">The command.</param>
    /// <returns>Why the call is refused, or nothing.</returns>
    public static ReadOnlySpan<byte> Read(CatenaCall call, TableNumbers tables, out Command command)
    {
        command = default;
        switch (call.Method)
        {
            case CatenaMethod.TransactionBegin:
                if (!call.Transaction.IsEmpty && call.Transaction.Length < TransactionId.Length)
                {
                    return "retryOf is no handle"u8;
                }

                command = new Command { Kind = CommandKind.Begin, Flags = call.IsLocking ? CommandFlags.Locking : CommandFlags.None, Slot = 0, Value = call.Transaction };
                return default;
            case CatenaMethod.TransactionPrepare:
                command = new Command { Kind = CommandKind.PrepareToCommit, Slot = 0, Value = call.Transaction };
                return default;
            case CatenaMethod.TransactionCommit:
                command = new Command { Kind = CommandKind.Commit, Slot = 0, Value = call.Transaction };
                return default;
            case CatenaMethod.TransactionRollback:
                command = new Command { Kind = CommandKind.Rollback, Slot = 0, Value = call.Transaction };
                return default;
            default:
                var refusal = ReadStep(call, tables.Of(call.Table), out var step);
                command = new Command { Kind = CommandKind.Continue, Slot = 0, Value = call.Transaction, Items = step };
                return refusal;
        }
    }

    /// <summary>Answers a call.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">What was called.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="maxFrameBytes">The longest frame.</param>
    public static void Encode(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, ReadOnlySpan<byte> result, int maxFrameBytes)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Error)
        {
            ThriftResults.WriteError(output, method, sequenceId, reader.Error, reader.Value);
            return;
        }

        switch (method)
        {
            case CatenaMethod.TransactionBegin or CatenaMethod.TransactionPrepare:
                CatenaService.WriteBytesReply(output, method, sequenceId, reader.Value);
                break;
            case CatenaMethod.TransactionGet when CatenaService.ValueReplyOverheadBytes(method) + (long)reader.Value.Length > maxFrameBytes:
                CatenaService.WriteException(output, method, sequenceId, CatenaException.InvalidRequest, "the value is longer than a frame may be"u8);
                break;
            case CatenaMethod.TransactionGet:
                CatenaService.WriteValueReply(output, method, sequenceId, reader.Kind == ResultKind.Value, reader.Value);
                break;
            case CatenaMethod.TransactionDelete:
                CatenaService.WriteBoolReply(output, method, sequenceId, reader.Integer > 0);
                break;
            case CatenaMethod.TransactionScan:
                ScanPages.Write(output, method, sequenceId, reader, maxFrameBytes, tellsVersions: false);
                break;
            default:
                CatenaService.WriteVoidReply(output, method, sequenceId);
                break;
        }
    }

    private static ReadOnlySpan<byte> ReadStep(CatenaCall call, ushort table, out byte[] step)
    {
        step = [];
        if (call.Method == CatenaMethod.TransactionScan)
        {
            var limit = PageLimit.Of(call.Limit);
            if (limit == 0)
            {
                return PageLimit.Refusal;
            }

            var refusal = TagRange.Read(call.Key, call.EndKey, table, out var slot, out var items);
            step = CommandCodec.Encode(new Command { Kind = CommandKind.LookRange, Table = table, Slot = slot, Limit = limit, Items = items });
            return refusal;
        }

        if (call.Key.IsEmpty || call.Key.Length > StoredKey.MaxKeyLength)
        {
            return "a key has 1 to 65535 bytes"u8;
        }

        var keySlot = HashSlot.Of(call.Key).Value;
        if (call.Method == CatenaMethod.TransactionDelete)
        {
            step = CommandCodec.Encode(new Command { Kind = CommandKind.Delete, Table = table, Slot = keySlot, Items = PackedList.Of(call.Key) });
            return default;
        }

        var kind = call.Method == CatenaMethod.TransactionPut ? CommandKind.Put : CommandKind.Get;
        step = CommandCodec.Encode(new Command { Kind = kind, Table = table, Slot = keySlot, Key = call.Key, Value = call.Value });
        return default;
    }
}
