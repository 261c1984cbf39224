using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Core.Tests.Transactions;

/// <summary>Writes programs.</summary>
internal sealed class ProgramBuilder(ProgramFlags flags = ProgramFlags.None)
{
    private readonly List<(byte[] Key, Lsn Version)> _watched = [];
    private readonly List<byte[]> _commands = [];

    internal ProgramBuilder Watch(string key, Lsn version)
    {
        _watched.Add((TransactionPartition.Stored(Encoding.UTF8.GetBytes(key)), version));
        return this;
    }

    internal ProgramBuilder Get(string key) => Add(CommandKind.Get, key);

    internal ProgramBuilder Put(string key, string value) => Add(CommandKind.Put, key, value);

    internal ProgramBuilder Append(string key, string value) => Add(CommandKind.Append, key, value);

    internal ProgramBuilder Increment(string key, long by) => Add(CommandKind.Increment, key, "", by);

    internal byte[] Build()
    {
        var writer = new ArrayBufferWriter<byte>();
        TransactionProgram.WriteStart(writer, flags, _watched.Count);
        foreach (var (key, version) in _watched)
        {
            TransactionPart.WriteRead(writer, key, version);
        }

        foreach (var command in _commands)
        {
            PackedList.Add(writer, command);
        }

        return writer.WrittenSpan.ToArray();
    }

    private ProgramBuilder Add(CommandKind kind, string key, string value = "", long number = 0)
    {
        var writer = new ArrayBufferWriter<byte>();
        CommandCodec.Write(writer, new Command
        {
            Kind = kind,
            Slot = Command.SeveralSlots,
            Key = Encoding.UTF8.GetBytes(key),
            Value = Encoding.UTF8.GetBytes(value),
            Number = number,
        });
        _commands.Add(writer.WrittenSpan.ToArray());
        return this;
    }
}
