using System.Buffers;
using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Cluster;

/// <summary>The workload's operations as commands, and results as the workload knows them.</summary>
internal static class CommandForm
{
    /// <summary>The slot of a key.</summary>
    internal static HashSlot SlotOf(string key) => HashSlot.Of(Encoding.UTF8.GetBytes(key));

    /// <summary>Whether an operation is a write.</summary>
    internal static bool IsWrite(RegisterCommand command) => command.Operation != RegisterOperation.Get;

    /// <summary>Whether an operation changes something whatever it finds, so that its result is always kept for retries.</summary>
    internal static bool AlwaysChanges(RegisterCommand command) =>
        command.Operation is RegisterOperation.Put or RegisterOperation.Increment or RegisterOperation.Append;

    /// <summary>A request as a node's command.</summary>
    internal static Command Of(ClientRequest request)
    {
        var key = Encoding.UTF8.GetBytes(request.Key);
        var items = new ArrayBufferWriter<byte>();
        PackedList.Add(items, key);
        var asked = request.Command;
        return new Command
        {
            Kind = KindOf(asked.Operation),
            Flags = asked.Operation == RegisterOperation.CompareAndSet ? CommandFlags.IfVersion : CommandFlags.None,
            Slot = HashSlot.Of(key).Value,
            Key = key,
            Value = asked.Value is null ? default : Encoding.UTF8.GetBytes(asked.Value),
            Items = items.WrittenSpan,
            Number = asked.By,
            Version = asked.Expected ?? Lsn.Zero,
        };
    }

    /// <summary>Reads a result.</summary>
    /// <param name="command">What was asked.</param>
    /// <param name="result">The encoded result.</param>
    /// <param name="error">The error; none where it was carried out.</param>
    /// <returns>What the client is told; null for an error.</returns>
    internal static RegisterResult? Read(RegisterCommand command, ReadOnlySpan<byte> result, out ErrorCode error)
    {
        var reader = new ResultReader(result);
        error = reader.Kind == ResultKind.Error ? reader.Error : default;
        if (error is ErrorCode.NotAnInteger or ErrorCode.Overflow && command.Operation == RegisterOperation.Increment)
        {
            error = default;
            return new RegisterResult { Applied = false };
        }

        if (reader.Kind == ResultKind.Error)
        {
            return null;
        }

        return (command.Operation, reader.Kind) switch
        {
            (RegisterOperation.Get, ResultKind.Value) =>
                new RegisterResult { Found = true, Value = Encoding.UTF8.GetString(reader.Value), Version = reader.Version },
            (RegisterOperation.Get, ResultKind.Nil) => new RegisterResult { Found = false },
            (RegisterOperation.Put, ResultKind.Ok) => RegisterResult.Done,
            (RegisterOperation.Delete, ResultKind.Integer) => new RegisterResult { Found = reader.Integer == 1 },
            (RegisterOperation.CompareAndSet, ResultKind.Ok) => new RegisterResult { Applied = true },
            (RegisterOperation.CompareAndSet, ResultKind.Nil) => new RegisterResult { Applied = false },
            (RegisterOperation.Increment, ResultKind.Integer) =>
                new RegisterResult { Value = reader.Integer.ToString(CultureInfo.InvariantCulture) },
            (RegisterOperation.Append, ResultKind.Integer) => new RegisterResult { Length = (int)reader.Integer },
            _ => throw new InvalidOperationException($"{command} was answered by {reader.Kind}"),
        };
    }

    private static CommandKind KindOf(RegisterOperation operation) => operation switch
    {
        RegisterOperation.Get => CommandKind.Get,
        RegisterOperation.Delete => CommandKind.Delete,
        RegisterOperation.Increment => CommandKind.Increment,
        RegisterOperation.Append => CommandKind.Append,
        _ => CommandKind.Put,
    };
}
