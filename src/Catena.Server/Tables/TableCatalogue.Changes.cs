using System.Buffers;
using System.Globalization;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Tables;
using Catena.Core.Transactions;
using Catena.Server.Routing;

namespace Catena.Server.Tables;

/// <content>How names come and go.</content>
public sealed partial class TableCatalogue
{
    /// <summary>How often what somebody else has changed meanwhile is looked at again.</summary>
    private const int MaxAttempts = 16;

    private const int PartitionsAtOnce = 256;

    /// <summary>Creates a table: ok, or an error. Any thread.</summary>
    /// <param name="name">The name.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    public void Create(byte[] name, ICommandSink sink, long tag)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Post(() => Change(name, result => sink.Complete(tag, result), then => Create(name, 1, then)));
    }

    /// <summary>Drops a table with all it has: ok, or an error. Any thread.</summary>
    /// <param name="name">The name.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    public void Drop(byte[] name, ICommandSink sink, long tag)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Post(() => Change(name, result => sink.Complete(tag, result), then => Drop(name, 1, then)));
    }

    private static void Change(byte[] name, Action<byte[]> then, Action<Action<byte[]>> change)
    {
        if (TableName.IsDefault(name))
        {
            then(TableResults.IsDefault);
        }
        else if (!TableName.IsValid(name))
        {
            then(TableResults.BadName);
        }
        else
        {
            change(then);
        }
    }

    private void Create(byte[] name, int attempt, Action<byte[]> then)
    {
        var keys = new ArrayBufferWriter<byte>();
        PackedList.Add(keys, CatalogueKeys.Stored(CatalogueKeys.CounterKey));
        PackedList.Add(keys, CatalogueKeys.Stored(CatalogueKeys.KeyOf(name)));
        Ask(new Command { Kind = CommandKind.Look, Slot = CatalogueKeys.Slot, Items = keys.WrittenSpan }, result =>
        {
            var reader = new ResultReader(result);
            if (reader.Kind != ResultKind.Entries)
            {
                then(result);
                return;
            }

            var last = reader.ReadEntry(out var counterVersion, out _, out var counter) ? int.Parse(counter, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
            if (!reader.ReadEntry(out _, out _, out var value))
            {
                Take(name, last, counterVersion, attempt, then);
            }
            else if (!CatalogueEntry.TryRead(value, out var entry))
            {
                then(TableResults.Malformed);
            }
            else if (!entry.IsBeingDropped)
            {
                then(TableResults.Exists);
            }
            else
            {
                Finish(name, entry.Number, failure => Again(failure is null ? null : TableResults.BeingDropped, attempt, then, () => Create(name, attempt + 1, then)));
            }
        });
    }

    /// <summary>Gives the name the next number, in one entry with the counter.</summary>
    private void Take(byte[] name, int last, Lsn counterVersion, int attempt, Action<byte[]> then)
    {
        if (last >= StoredKey.LastTable)
        {
            then(TableResults.NoNumbers);
            return;
        }

        var number = (ushort)(last + 1);
        var key = CatalogueKeys.KeyOf(name);
        var program = new ArrayBufferWriter<byte>();
        TransactionProgram.WriteStart(program, ProgramFlags.AllOrNothing, 2);
        TransactionPart.WriteRead(program, CatalogueKeys.Stored(CatalogueKeys.CounterKey), counterVersion);
        TransactionPart.WriteRead(program, CatalogueKeys.Stored(key), Lsn.Zero);
        PackedList.Add(program, CommandCodec.Encode(Put(CatalogueKeys.CounterKey, System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))));
        PackedList.Add(program, CommandCodec.Encode(Put(key, new CatalogueEntry(number, IsBeingDropped: false).ToBytes())));
        Ask(new Command { Kind = CommandKind.Transact, Slot = CatalogueKeys.Slot, Items = program.WrittenSpan }, result =>
        {
            switch (new ResultReader(result).Kind)
            {
                case ResultKind.Results:
                    Remember(name, number);
                    then(EncodedResults.Ok);
                    break;
                case ResultKind.Nil:
                    Again(null, attempt, then, () => Create(name, attempt + 1, then));
                    break;
                default:
                    then(result);
                    break;
            }
        });
    }

    private void Drop(byte[] name, int attempt, Action<byte[]> then) => ReadName(name, (entry, version, error) =>
    {
        if (error is not null || entry is not { } found)
        {
            then(error ?? TableResults.NoSuchTable);
        }
        else if (found.IsBeingDropped)
        {
            // Somebody else has dropped it, and perhaps did not live to see the end.
            Finish(name, found.Number, failure => then(failure is null ? TableResults.NoSuchTable : TableResults.BeingDropped));
        }
        else
        {
            var mark = Put(CatalogueKeys.KeyOf(name), (found with { IsBeingDropped = true }).ToBytes(), CommandFlags.IfVersion, version);
            Ask(mark, result =>
            {
                switch (new ResultReader(result).Kind)
                {
                    case ResultKind.Ok:
                        Finish(name, found.Number, failure => then(failure is null ? EncodedResults.Ok : TableResults.DropIsOpen));
                        break;
                    case ResultKind.Nil:
                        Again(null, attempt, then, () => Drop(name, attempt + 1, then));
                        break;
                    default:
                        then(result);
                        break;
                }
            });
        }
    });

    private static void Again(byte[]? failure, int attempt, Action<byte[]> then, Action again)
    {
        if (failure is not null || attempt == MaxAttempts)
        {
            then(failure ?? TableResults.KeepsChanging);
        }
        else
        {
            again();
        }
    }

    /// <summary>Brings the drop of a table whose name is marked to its end: in all partitions, and then in the catalogue. May be done twice, by anybody.</summary>
    /// <param name="name">The name.</param>
    /// <param name="number">The table's number.</param>
    /// <param name="then">Is told why it could not be done; null where it is done.</param>
    private void Finish(byte[] name, ushort number, Action<byte[]?> then)
    {
        Forget(name, number);
        if (_finishing.TryGetValue(number, out var waiting))
        {
            waiting.Add(then);
            return;
        }

        _finishing.Add(number, [then]);
        DropFrom(0, number, failure =>
        {
            if (failure is not null)
            {
                Finished(number, failure);
            }
            else
            {
                DeleteName(name, number);
            }
        });
    }

    private void Finished(ushort number, byte[]? failure)
    {
        if (_finishing.Remove(number, out var waiting))
        {
            waiting.ForEach(then => then(failure));
        }
    }

    private void DropFrom(int first, ushort number, Action<byte[]?> then)
    {
        var end = Math.Min(first + PartitionsAtOnce, _map.Partitions);
        var left = end - first;
        byte[]? failure = null;
        for (var partition = first; partition < end; partition++)
        {
            var slot = _map.SlotsOf(new PartitionId((ushort)partition)).First.Value;
            Ask(new Command { Kind = CommandKind.DropTable, Table = number, Slot = slot }, result =>
            {
                failure ??= new ResultReader(result).Kind == ResultKind.Ok ? null : result;
                if (--left > 0)
                {
                    return;
                }

                if (failure is not null || end == _map.Partitions)
                {
                    then(failure);
                }
                else
                {
                    DropFrom(end, number, then);
                }
            });
        }
    }

    private void DeleteName(byte[] name, ushort number) => ReadName(name, (entry, version, error) =>
    {
        if (error is not null || entry is not { IsBeingDropped: true } found || found.Number != number)
        {
            // Somebody else has deleted it.
            Finished(number, error);
            return;
        }

        var key = CatalogueKeys.KeyOf(name);
        var program = new ArrayBufferWriter<byte>();
        TransactionProgram.WriteStart(program, ProgramFlags.AllOrNothing, 1);
        TransactionPart.WriteRead(program, CatalogueKeys.Stored(key), version);
        PackedList.Add(program, CommandCodec.Encode(new Command
        {
            Kind = CommandKind.Delete,
            Table = StoredKey.CatalogueTable,
            Slot = CatalogueKeys.Slot,
            Items = PackedList.Of(key),
        }));

        // Where the version has changed, somebody else has deleted it: nothing else can become of a name that is being dropped.
        Ask(
            new Command { Kind = CommandKind.Transact, Slot = CatalogueKeys.Slot, Items = program.WrittenSpan },
            result => Finished(number, new ResultReader(result).Kind is ResultKind.Results or ResultKind.Nil ? null : result));
    });

    private static Command Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, CommandFlags flags = CommandFlags.None, Lsn version = default) =>
        new() { Kind = CommandKind.Put, Table = StoredKey.CatalogueTable, Slot = CatalogueKeys.Slot, Key = key, Value = value, Flags = flags, Version = version };
}
