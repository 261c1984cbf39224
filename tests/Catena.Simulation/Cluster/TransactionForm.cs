using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;
using Catena.Simulation.Histories;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>The workload's transactions as programs, and results as the workload knows them.</summary>
internal static class TransactionForm
{
    /// <summary>The program that carries out a transaction.</summary>
    /// <param name="request">The transaction.</param>
    /// <param name="watches">Whether its condition is part of it.</param>
    internal static byte[] ToProgram(TransactionRequest request, bool watches)
    {
        var program = new ArrayBufferWriter<byte>();
        IReadOnlyList<WatchedKey> watched = watches ? request.Watched : [];
        TransactionProgram.WriteStart(program, ProgramFlags.AllOrNothing, watched.Count);
        foreach (var (key, seen) in watched)
        {
            TransactionPart.WriteRead(program, StoredKeyOf(key), seen.Version);
        }

        foreach (var step in request.Steps)
        {
            PackedList.Add(program, CommandCodec.Encode(ToCommand(step)));
        }

        return program.WrittenSpan.ToArray();
    }

    /// <summary>A single step as the plain command that it is.</summary>
    internal static Command ToCommand(TransactionStep step) => new()
    {
        Kind = step.Kind switch
        {
            StepKind.Read => CommandKind.Get,
            StepKind.Append => CommandKind.Append,
            StepKind.Add => CommandKind.Increment,
            StepKind.Delete => CommandKind.Delete,
            StepKind.Scan => CommandKind.LookRange,
            _ => CommandKind.Put,
        },
        Slot = CommandForm.SlotOf(step.Key).Value,
        Key = Encoding.UTF8.GetBytes(step.Key),
        Value = step.Kind switch
        {
            StepKind.Append => Encoding.UTF8.GetBytes(FormattableString.Invariant($"{step.Number};")),
            StepKind.Write => Encoding.UTF8.GetBytes(FormattableString.Invariant($"{step.Number}")),
            _ => default,
        },
        Items = ItemsOf(step),
        Number = step.Kind == StepKind.Add ? step.Number : 0,
        Limit = step.Kind == StepKind.Scan ? (int)step.Number : 0,
    };

    /// <summary>Reads a result.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="result">The encoded result.</param>
    /// <param name="error">The error; none where there is none.</param>
    /// <returns>What the client is told; null for an error.</returns>
    internal static TransactionAnswer? Read(TransactionRequest request, ReadOnlySpan<byte> result, out ErrorCode error)
    {
        var reader = new ResultReader(result);
        error = reader.Kind == ResultKind.Error ? reader.Error : default;
        if (reader.Kind == ResultKind.Error)
        {
            return null;
        }

        if (reader.Kind == ResultKind.Nil && !request.IsPlain)
        {
            return TransactionAnswer.Refused;
        }

        List<KeyRead> read = [];
        foreach (var step in request.Steps)
        {
            var one = new ResultReader(reader.Kind == ResultKind.Results ? reader.ReadResult() : result);
            if (step.Reads)
            {
                read.Add(Read(one));
            }
        }

        return new TransactionAnswer(Outcome.Ok, read);
    }

    /// <summary>What a step has read.</summary>
    internal static KeyRead Read(ResultReader result)
    {
        if (result.Kind != ResultKind.Range)
        {
            return result.Kind == ResultKind.Value ? new KeyRead(Encoding.UTF8.GetString(result.Value), result.Version) : default;
        }

        var keys = new List<string>();
        for (var index = 0; index < result.Count; index++)
        {
            keys.Add(KeyOf(result.ReadKey(out _, out _, out _)));
        }

        return new KeyRead { Range = new RangeRead(keys, result.Value.IsEmpty ? null : KeyOf(result.Value)) };
    }

    private static byte[] ItemsOf(TransactionStep step)
    {
        if (step.Kind == StepKind.Scan)
        {
            var slot = CommandForm.SlotOf(step.Key);
            return new KeyRange(StoredKeyOf(step.Key, slot), StoredKeyOf(step.End, slot), 0).ToItems();
        }

        var items = new ArrayBufferWriter<byte>();
        if (step.Kind == StepKind.Delete)
        {
            PackedList.Add(items, Encoding.UTF8.GetBytes(step.Key));
        }

        return items.WrittenSpan.ToArray();
    }

    private static string KeyOf(ReadOnlySpan<byte> stored) => Encoding.UTF8.GetString(StoredKey.Key(stored));

    private static byte[] StoredKeyOf(string key) => StoredKeyOf(key, CommandForm.SlotOf(key));

    private static byte[] StoredKeyOf(string key, HashSlot slot)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var stored = new byte[StoredKey.PrefixLength + bytes.Length];
        StoredKey.Write(stored, slot.Value, 0, bytes);
        return stored;
    }
}
