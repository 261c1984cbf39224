using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Tables;
using Catena.Protocols.Thrift;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>What calls on the keys of tables ask of the router, and how its results answer them.</summary>
internal static class TableCalls
{
    private static ReadOnlySpan<byte> BadKey => "a key has 1 to 65535 bytes"u8;

    /// <summary>Brings a call into the form of a command.</summary>
    /// <param name="call">The call, on keys that it names, or a range.</param>
    /// <param name="tables">The numbers of its tables.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    /// <param name="command">The command.</param>
    /// <param name="form">How the answer is made, where that hangs on what was asked.</param>
    /// <returns>Why the call is refused, or nothing.</returns>
    public static ReadOnlySpan<byte> Read(TableCall call, TableNumbers tables, long wall, out Command command, out WriteForm? form)
    {
        form = null;
        command = default;
        switch (call.Method)
        {
            case CatenaMethod.TableGetMany:
                return ReadKeys(call.Keys, tables.Of(call.Table), out command);
            case CatenaMethod.TableApply:
                var refused = TableProgram.Read(call.Changes, tables, wall, out var program);
                command = new Command { Kind = CommandKind.Transact, Slot = Command.SeveralSlots, Items = program };
                return refused;
            case CatenaMethod.TableScanRange:
                return ReadRange(call, tables, out command);
        }

        if (call.Key.IsEmpty || call.Key.Length > StoredKey.MaxKeyLength)
        {
            return BadKey;
        }

        var slot = HashSlot.Of(call.Key).Value;
        var table = tables.Of(call.Table);
        switch (call.Method)
        {
            case CatenaMethod.TableGet:
                command = new Command { Kind = CommandKind.Get, Table = table, Slot = slot, Key = call.Key };
                return default;
            case CatenaMethod.TableIncrement:
                command = new Command { Kind = CommandKind.Increment, Table = table, Slot = slot, Key = call.Key, Number = call.Number };
                return default;
            case CatenaMethod.TableAppend:
                command = new Command { Kind = CommandKind.Append, Table = table, Slot = slot, Key = call.Key, Value = call.Value };
                return default;
            case CatenaMethod.TableExpire:
                command = new Command { Kind = CommandKind.Expire, Table = table, Slot = slot, Key = call.Key, Deadline = call.Number };
                return call.Number < 0 ? "expiresAt is before 1970"u8 : default;
            case CatenaMethod.TableExpiresAt:
                command = new Command { Kind = CommandKind.ExpiryTime, Table = table, Slot = slot, Key = call.Key };
                return default;
            case CatenaMethod.TablePut:
                return ReadPut(call, slot, table, wall, out command, out form);
            default:
                return ReadDelete(call, slot, table, out command, out form);
        }
    }

    /// <summary>Answers a call.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="slot">The command's slot: what was called, the call's number, and the form.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="maxFrameBytes">The longest frame.</param>
    public static void Encode(PooledBuffer output, ReplySlot slot, ReadOnlySpan<byte> result, int maxFrameBytes)
    {
        var method = (CatenaMethod)slot.Shape;
        var sequenceId = slot.Note;
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Error)
        {
            ThriftResults.WriteError(output, method, sequenceId, reader.Error, reader.Value);
            return;
        }

        switch (method)
        {
            case CatenaMethod.TableGet:
                WriteValue(output, sequenceId, reader, maxFrameBytes);
                break;
            case CatenaMethod.TableGetMany:
                WriteValues(output, sequenceId, reader, maxFrameBytes);
                break;
            case CatenaMethod.TablePut or CatenaMethod.TableDelete when slot.Form is WriteForm form:
                form.Write(output, method, sequenceId, reader, maxFrameBytes);
                break;
            case CatenaMethod.TablePut:
                CatenaService.WriteWriteReply(output, method, sequenceId, reader.Kind == ResultKind.Ok);
                break;
            case CatenaMethod.TableDelete:
                CatenaService.WriteWriteReply(output, method, sequenceId, reader.Integer > 0);
                break;
            case CatenaMethod.TableCreate or CatenaMethod.TableDrop:
                CatenaService.WriteVoidReply(output, method, sequenceId);
                break;
            case CatenaMethod.TableExpire:
                CatenaService.WriteBoolReply(output, method, sequenceId, reader.Integer > 0);
                break;
            case CatenaMethod.TableApply:
                CatenaService.WriteBoolReply(output, method, sequenceId, reader.Kind != ResultKind.Nil);
                break;
            case CatenaMethod.TableScanRange:
                ScanPages.Write(output, method, sequenceId, reader, maxFrameBytes, tellsVersions: true);
                break;
            default:
                CatenaService.WriteNumberReply(output, method, sequenceId, reader.Integer);
                break;
        }
    }

    private static ReadOnlySpan<byte> ReadRange(TableCall call, TableNumbers tables, out Command command)
    {
        command = default;
        if (!call.TableOfRequest.IsEmpty && !call.TableOfRequest.SequenceEqual(call.Table) && !(TableName.IsDefault(call.Table) && TableName.IsDefault(call.TableOfRequest)))
        {
            return "the request names another table than the call"u8;
        }

        var limit = PageLimit.Of(call.Limit);
        var table = tables.Of(call.Table);
        var refusal = TagRange.Read(call.Key, call.EndKey, table, out var slot, out var range);
        command = new Command { Kind = CommandKind.LookRange, Table = table, Slot = slot, Limit = limit, Items = range };
        return limit == 0 ? PageLimit.Refusal : refusal;
    }

    private static ReadOnlySpan<byte> ReadKeys(TableKeys keys, ushort table, out Command command)
    {
        command = default;
        var items = new ArrayBufferWriter<byte>(64);
        if (keys.Remaining == 0)
        {
            return "there is no key"u8;
        }

        while (keys.MoveNext())
        {
            if (keys.Current.IsEmpty || keys.Current.Length > StoredKey.MaxKeyLength)
            {
                return BadKey;
            }

            PackedList.Add(items, keys.Current);
        }

        command = new Command { Kind = CommandKind.GetMany, Table = table, Slot = Command.SeveralSlots, Items = items.WrittenSpan };
        return default;
    }

    private static ReadOnlySpan<byte> ReadPut(TableCall call, ushort slot, ushort table, long wall, out Command command, out WriteForm? form)
    {
        form = null;
        var refusal = WriteConditions.Read(call.Options, wall, out var flags, out var version, out var deadline);
        var isOld = call.Options.ReturnsPrevious;
        command = new Command
        {
            Kind = CommandKind.Put,
            Table = table,
            Slot = slot,
            Key = call.Key,
            Value = call.Value,
            Version = version,
            Deadline = deadline,
            Flags = flags | (isOld ? CommandFlags.ReturnOld : CommandFlags.None) | (call.Options.KeepsExpiry ? CommandFlags.KeepExpiry : CommandFlags.None),
        };
        if (isOld)
        {
            form = new WriteForm(flags, version, returnsPrevious: true);
        }

        return refusal;
    }

    private static ReadOnlySpan<byte> ReadDelete(TableCall call, ushort slot, ushort table, out Command command, out WriteForm? form)
    {
        form = null;
        command = default;
        var refusal = WriteConditions.Read(call.Options, 0, out var flags, out var version, out var deadline);
        if (!refusal.IsEmpty)
        {
            return refusal;
        }

        if (deadline != 0 || call.Options.KeepsExpiry || flags == CommandFlags.IfAbsent)
        {
            return "a delete has no expiry time, and a key that is absent cannot be deleted"u8;
        }

        var isOld = call.Options.ReturnsPrevious;
        if (flags == CommandFlags.IfVersion)
        {
            form = new WriteForm(flags, version, isOld);
            command = new Command { Kind = CommandKind.Transact, Slot = slot, Items = TableProgram.OfDelete(call.Key, slot, table, version, isOld) };
        }
        else if (isOld)
        {
            form = new WriteForm(flags, version, returnsPrevious: true);
            command = new Command { Kind = CommandKind.TakeOut, Table = table, Slot = slot, Key = call.Key };
        }
        else
        {
            command = new Command { Kind = CommandKind.Delete, Table = table, Slot = slot, Items = PackedList.Of(call.Key) };
        }

        return default;
    }

    private static void WriteValue(PooledBuffer output, int sequenceId, ResultReader reader, int maxFrameBytes)
    {
        if (CatenaService.ValueReplyOverheadBytes(CatenaMethod.TableGet) + (long)reader.Value.Length > maxFrameBytes)
        {
            CatenaService.WriteException(output, CatenaMethod.TableGet, sequenceId, CatenaException.InvalidRequest, "the value is longer than a frame may be"u8);
            return;
        }

        Span<byte> version = stackalloc byte[CatenaService.VersionBytes];
        CatenaService.WriteValueReply(output, CatenaMethod.TableGet, sequenceId, reader.Kind == ResultKind.Value, reader.Value, Versions.Write(version, reader.Version));
    }

    private static void WriteValues(PooledBuffer output, int sequenceId, ResultReader reader, int maxFrameBytes)
    {
        var name = CatenaService.NameOf(CatenaMethod.TableGetMany);
        var reply = new ThriftReply();
        reply.List(0, ThriftType.Struct, reader.Count);
        for (var index = 0; index < reader.Count; index++)
        {
            var isFound = reader.ReadItem(out var value);
            reply.Bool(1, isFound);
            if (isFound)
            {
                reply.Bytes(2, value);
            }

            reply.Stop();
            if (ThriftReply.OverheadBytes(name) + (long)reply.Length > maxFrameBytes)
            {
                CatenaService.WriteException(output, CatenaMethod.TableGetMany, sequenceId, CatenaException.InvalidRequest, "the values do not fit one frame"u8);
                return;
            }
        }

        reply.Write(output, name, sequenceId);
    }
}
