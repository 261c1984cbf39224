using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Transactions;
using Catena.Simulation.Workloads;

namespace Catena.Simulation.Cluster;

/// <summary>The workload's transactions as programs, and results as the workload knows them.</summary>
internal static class TransactionForm
{
    /// <summary>The program of some steps.</summary>
    internal static byte[] ToProgram(IReadOnlyList<TransactionStep> steps)
    {
        var program = new ArrayBufferWriter<byte>();
        TransactionProgram.WriteStart(program, ProgramFlags.AllOrNothing, 0);
        foreach (var step in steps)
        {
            PackedList.Add(program, CommandCodec.Encode(ToCommand(step, Encoding.UTF8.GetBytes(step.Key), ItemOf(step))));
        }

        return program.WrittenSpan.ToArray();
    }

    /// <summary>What a step appends.</summary>
    internal static byte[] ItemOf(TransactionStep step) => Encoding.UTF8.GetBytes(FormattableString.Invariant($"{step.Number};"));

    /// <summary>A single step as the plain command that it is.</summary>
    internal static Command ToCommand(TransactionStep step, byte[] key, byte[] item) => new()
    {
        Kind = step.Kind switch { StepKind.Read => CommandKind.Get, StepKind.Append => CommandKind.Append, _ => CommandKind.Increment },
        Slot = CommandForm.SlotOf(step.Key).Value,
        Key = key,
        Value = step.Kind == StepKind.Append ? item : default,
        Number = step.Kind == StepKind.Add ? step.Number : 0,
    };

    /// <summary>Reads a result.</summary>
    /// <returns>What each step that reads has read; null for an error.</returns>
    internal static List<string?>? Read(IReadOnlyList<TransactionStep> steps, ReadOnlySpan<byte> result, out ErrorCode error)
    {
        var reader = new ResultReader(result);
        error = reader.Kind == ResultKind.Error ? reader.Error : default;
        if (reader.Kind == ResultKind.Error)
        {
            return null;
        }

        List<string?> read = [];
        foreach (var step in steps)
        {
            var one = new ResultReader(reader.Kind == ResultKind.Results ? reader.ReadResult() : result);
            if (step.Kind == StepKind.Read)
            {
                read.Add(one.Kind == ResultKind.Value ? Encoding.UTF8.GetString(one.Value) : null);
            }
        }

        return read;
    }
}
