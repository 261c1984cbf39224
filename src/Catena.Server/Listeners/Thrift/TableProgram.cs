using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Protocols.Thrift;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>Writes that hang on versions, or are made together, as programs: their conditions are keys that must have certain versions.</summary>
internal static class TableProgram
{
    /// <summary>The deletion of a key that has a version.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="table">Its table.</param>
    /// <param name="version">The version.</param>
    /// <param name="returnsOld">Whether the result is what stood there.</param>
    internal static byte[] OfDelete(ReadOnlySpan<byte> key, ushort slot, ushort table, Lsn version, bool returnsOld)
    {
        var program = new ArrayBufferWriter<byte>(64 + (2 * key.Length));
        TransactionProgram.WriteStart(program, ProgramFlags.AllOrNothing, 1);
        TransactionPart.WriteRead(program, StoredKey.Of(slot, table, key), version);
        AddDelete(program, key, slot, table, returnsOld);
        return program.WrittenSpan.ToArray();
    }

    /// <summary>Brings changes that are made all or none into the form of a program.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="tables">The numbers of their tables.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    /// <param name="program">The program.</param>
    /// <returns>Why they are refused, or nothing.</returns>
    internal static ReadOnlySpan<byte> Read(TableChanges changes, TableNumbers tables, long wall, out byte[] program)
    {
        program = [];
        var conditions = new ArrayBufferWriter<byte>();
        var commands = new ArrayBufferWriter<byte>();
        var watched = 0;
        if (changes.Remaining == 0)
        {
            return "there is no change"u8;
        }

        while (changes.MoveNext())
        {
            if (changes.Key.IsEmpty || changes.Key.Length > StoredKey.MaxKeyLength)
            {
                return "a key has 1 to 65535 bytes"u8;
            }

            var refusal = WriteConditions.Read(changes.Options, wall, out var flags, out var version, out var deadline);
            if (!refusal.IsEmpty)
            {
                return refusal;
            }

            if (flags == CommandFlags.IfPresent || changes.Options.ReturnsPrevious)
            {
                return "changes that are made together have no conditions but ifAbsent and ifVersion, and return nothing"u8;
            }

            var slot = HashSlot.Of(changes.Key).Value;
            var table = tables.Of(changes.Table);
            if (flags != CommandFlags.None)
            {
                TransactionPart.WriteRead(conditions, StoredKey.Of(slot, table, changes.Key), version);
                watched++;
            }

            Add(commands, changes, slot, table, deadline);
        }

        var whole = new ArrayBufferWriter<byte>(8 + conditions.WrittenCount + commands.WrittenCount);
        TransactionProgram.WriteStart(whole, ProgramFlags.AllOrNothing, watched);
        whole.Write(conditions.WrittenSpan);
        whole.Write(commands.WrittenSpan);
        program = whole.WrittenSpan.ToArray();
        return default;
    }

    private static void Add(ArrayBufferWriter<byte> commands, TableChanges change, ushort slot, ushort table, long deadline)
    {
        if (!change.Puts)
        {
            AddDelete(commands, change.Key, slot, table, returnsOld: false);
            return;
        }

        PackedList.Add(commands, CommandCodec.Encode(new Command
        {
            Kind = CommandKind.Put,
            Table = table,
            Slot = slot,
            Key = change.Key,
            Value = change.Value,
            Deadline = deadline,
            Flags = change.Options.KeepsExpiry ? CommandFlags.KeepExpiry : CommandFlags.None,
        }));
    }

    private static void AddDelete(ArrayBufferWriter<byte> commands, ReadOnlySpan<byte> key, ushort slot, ushort table, bool returnsOld) => PackedList.Add(
        commands,
        CommandCodec.Encode(returnsOld
            ? new Command { Kind = CommandKind.TakeOut, Table = table, Slot = slot, Key = key }
            : new Command { Kind = CommandKind.Delete, Table = table, Slot = slot, Items = PackedList.Of(key) }));
}
