using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Commands as bytes, for forwarding from node to node.</summary>
public static class CommandCodec
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>A command as bytes of its own.</summary>
    /// <param name="command">What is asked.</param>
    public static byte[] Encode(in Command command)
    {
        var scratch = _scratch ??= new ArrayBufferWriter<byte>(256);
        scratch.ResetWrittenCount();
        Write(scratch, command);
        return scratch.WrittenSpan.ToArray();
    }

    /// <summary>Writes a command.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="command">What is asked.</param>
    public static void Write(IBufferWriter<byte> writer, in Command command)
    {
        writer.WriteByte((byte)command.Kind);
        writer.WriteUInt16((ushort)command.Flags);
        writer.WriteUInt16(command.Table);
        writer.WriteUInt16(command.Slot);
        writer.WriteInt64(command.Number);
        writer.WriteVarint((ulong)command.Limit);
        writer.WriteVarint((ulong)command.Deadline);
        writer.WriteLsn(command.Version);
        writer.WriteString(command.Key);
        writer.WriteString(command.Value);
        writer.WriteString(command.Items);
    }

    /// <summary>Reads a command; it points into the reader's source.</summary>
    /// <param name="reader">Stands at the first byte; is invalid afterwards where there was no command.</param>
    public static Command Read(scoped ref ByteReader reader)
    {
        var kind = (CommandKind)reader.ReadByte();
        var flags = (CommandFlags)reader.ReadUInt16();
        var table = reader.ReadUInt16();
        var slot = reader.ReadUInt16();
        var number = reader.ReadInt64();
        var limit = reader.ReadVarint();
        var deadline = reader.ReadVarint();
        var version = reader.ReadLsn();
        var key = reader.ReadString();
        var value = reader.ReadString();
        var items = reader.ReadString();
        if (!Enum.IsDefined(kind) || limit > int.MaxValue || deadline > long.MaxValue)
        {
            reader.Fail();
        }

        return new Command
        {
            Kind = kind,
            Flags = flags,
            Table = table,
            Slot = slot,
            Number = number,
            Limit = (int)limit,
            Deadline = (long)deadline,
            Version = version,
            Key = key,
            Value = value,
            Items = items,
        };
    }
}
