using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>What a transaction is asked to do: commands, one after the other, provided that certain keys have certain versions.</summary>
/// <remarks>
/// Flags u8; how many keys are watched, each as its stored key and its version, zero for absence; then the commands, a packed list of what <see cref="CommandCodec" /> writes.
/// Borrowed: it points into what it was read from.
/// </remarks>
public readonly ref struct TransactionProgram
{
    private readonly ReadOnlySpan<byte> _watched;
    private readonly ReadOnlySpan<byte> _commands;

    private TransactionProgram(ProgramFlags flags, ReadOnlySpan<byte> watched, ReadOnlySpan<byte> commands)
    {
        Flags = flags;
        _watched = watched;
        _commands = commands;
    }

    /// <summary>Variations.</summary>
    public ProgramFlags Flags { get; }

    /// <summary>The keys that must have certain versions.</summary>
    public PartReads Watched => new(_watched);

    /// <summary>The commands.</summary>
    public ProgramCommands Commands => new(_commands);

    /// <summary>Reads a program, checking all of it.</summary>
    /// <param name="bytes">The whole program.</param>
    /// <param name="program">The program.</param>
    /// <returns>False where it is malformed, or has a command whose keys cannot be named beforehand.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TransactionProgram program)
    {
        program = default;
        var reader = new ByteReader(bytes);
        var flags = (ProgramFlags)reader.ReadByte();
        var count = reader.ReadCount();
        var rest = reader.Rest;
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            if (reader.ReadString().Length is <= StoredKey.PrefixLength or > StoredKey.MaxLength)
            {
                return false;
            }

            reader.ReadLsn();
        }

        var watched = rest[..^reader.Rest.Length];
        var commands = new PackedList(reader.Rest);
        while (commands.MoveNext())
        {
            var command = new ByteReader(commands.Current);
            var kind = CommandCodec.Read(ref command).Kind;
            if (!command.IsAtEnd || !CommandKeys.AreNamed(kind))
            {
                return false;
            }
        }

        program = new TransactionProgram(flags, watched, reader.Rest);
        return reader.IsValid && commands.IsValid;
    }

    /// <summary>Writes a program up to its watched keys; exactly <paramref name="watched" /> of them follow (<see cref="TransactionPart.WriteRead" />), then the commands.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="flags">Variations.</param>
    /// <param name="watched">How many keys are watched.</param>
    public static void WriteStart(IBufferWriter<byte> writer, ProgramFlags flags, int watched)
    {
        writer.WriteByte((byte)flags);
        writer.WriteVarint((ulong)watched);
    }

    /// <summary>Shows all keys that the program names, the watched ones as read.</summary>
    /// <param name="visitor">Who is shown them.</param>
    /// <typeparam name="TVisitor">The visitor's type.</typeparam>
    public void VisitKeys<TVisitor>(ref TVisitor visitor)
        where TVisitor : ICommandKeyVisitor, allows ref struct
    {
        for (var watched = Watched; watched.MoveNext();)
        {
            visitor.Visit(watched.Key, KeyAccess.Read);
        }

        for (var commands = Commands; commands.MoveNext();)
        {
            CommandKeys.Visit(commands.Current, ref visitor);
        }
    }
}
