using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Commands;

/// <summary>A command that owns what it names, for models.</summary>
internal sealed record TestCommand(CommandKind Kind)
{
    internal CommandFlags Flags { get; init; }

    internal ushort Table { get; init; }

    internal string Key { get; init; } = "";

    internal string Value { get; init; } = "";

    internal string[] Items { get; init; } = [];

    /// <summary>The operations on bits, where the kind takes such items.</summary>
    internal BitFieldOperation[] Operations { get; init; } = [];

    internal long Number { get; init; }

    internal long Deadline { get; init; }

    internal Lsn Version { get; init; }

    internal bool Has(CommandFlags flag) => Flags.HasFlag(flag);

    /// <summary>The command as decided; its bytes live in <paramref name="buffer" />.</summary>
    internal Command Bind(ArrayBufferWriter<byte> buffer)
    {
        foreach (var item in Items)
        {
            PackedList.Add(buffer, Encoding.Latin1.GetBytes(item));
        }

        foreach (var operation in Operations)
        {
            operation.WriteTo(buffer);
        }

        return new Command
        {
            Kind = Kind,
            Flags = Flags,
            Table = Table,
            Slot = KeyModel.Slot,
            Key = Encoding.Latin1.GetBytes(Key),
            Value = Encoding.Latin1.GetBytes(Value),
            Items = buffer.WrittenSpan,
            Number = Number,
            Deadline = Deadline,
            Version = Version,
        };
    }
}
