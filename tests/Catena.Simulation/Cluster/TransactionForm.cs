using System.Buffers;
using System.Text;
using Catena.Core.Data;
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
        Number = step.Kind == StepKind.Add ? step.Number : 0,
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
            if (step.Kind == StepKind.Read)
            {
                read.Add(one.Kind == ResultKind.Value ? new KeyRead(Encoding.UTF8.GetString(one.Value), one.Version) : default);
            }
        }

        return new TransactionAnswer(Outcome.Ok, read);
    }

    private static byte[] StoredKeyOf(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var stored = new byte[StoredKey.PrefixLength + bytes.Length];
        StoredKey.Write(stored, CommandForm.SlotOf(key).Value, 0, bytes);
        return stored;
    }
}
