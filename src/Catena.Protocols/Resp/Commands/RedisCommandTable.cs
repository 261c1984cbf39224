using System.Buffers.Binary;
using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>All commands of the Redis protocol that this project knows, and the way from a name to one.</summary>
/// <remarks>
/// A name is packed into two words without regard to case and looked up in a small open-addressed table; there is no
/// allocation and, for every known name, a comparison of three numbers instead of bytes.
/// </remarks>
public static class RedisCommandTable
{
    private const int Slots = 256;

    /// <summary>Clears the bit in which ASCII letters differ by case, in each byte of a word.</summary>
    private const ulong UpperMask = 0xDFDF_DFDF_DFDF_DFDF;

    private static readonly RedisCommand[] Commands = RedisCommandList.Create();
    private static readonly Slot[] Table = Build();

    /// <summary>All commands, in the order of <see cref="RedisCommandId" />.</summary>
    public static ReadOnlySpan<RedisCommand> All => Commands;

    /// <summary>What is known of a command.</summary>
    /// <param name="id">The command.</param>
    public static RedisCommand Get(RedisCommandId id) => Commands[(int)id];

    /// <summary>Finds a command by its name, in capitals or not.</summary>
    /// <param name="name">The first argument of a request.</param>
    /// <returns>The command, or null if there is none of this name.</returns>
    public static RedisCommand? Find(ReadOnlySpan<byte> name)
    {
        if (!TryPack(name, out var low, out var high))
        {
            return null;
        }

        for (var i = Home(low, high); Table[i].Command is { } command; i = (i + 1) & (Slots - 1))
        {
            ref readonly var slot = ref Table[i];
            if (slot.Low == low
                && slot.High == high
                && command.NameBytes.Length == name.Length
                && (command.Id is not (RedisCommandId.BitFieldRo or RedisCommandId.CatenaGet) || Ascii.EqualsIgnoreCase(command.NameBytes.Span, name)))
            {
                return command;
            }
        }

        return null;
    }

    /// <summary>Packs a name of up to 16 bytes into two words that, with its length, determine it up to the case of letters.</summary>
    /// <remarks>
    /// Known names are letters only, but for one with an underscore and one with a dot. No byte that is not a letter becomes one by
    /// clearing the bit of case, except none: 0x41 to 0x5A come from 0x41 to 0x5A and from 0x61 to 0x7A alone. So equal words mean equal
    /// letters. An underscore comes from 0x7F as well, and what a dot becomes from 0x0E, which <see cref="Find" /> looks at.
    /// </remarks>
    private static bool TryPack(ReadOnlySpan<byte> name, out ulong low, out ulong high)
    {
        low = 0;
        high = 0;
        switch (name.Length)
        {
            case >= 8 and <= 16:
                low = BinaryPrimitives.ReadUInt64LittleEndian(name);
                high = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
                break;
            case >= 4 and < 8:
                low = BinaryPrimitives.ReadUInt32LittleEndian(name);
                high = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
                break;
            case 3:
                low = BinaryPrimitives.ReadUInt16LittleEndian(name);
                high = name[2];
                break;
            default:
                return false;
        }

        low &= UpperMask;
        high &= UpperMask;
        return true;
    }

    private static int Home(ulong low, ulong high) =>
        (int)(((low ^ (high * 0x9E37_79B9_7F4A_7C15)) * 0xC2B2_AE3D_27D4_EB4F) >> 56);

    private static Slot[] Build()
    {
        var table = new Slot[Slots];
        foreach (var command in Commands)
        {
            if (!TryPack(command.NameBytes.Span, out var low, out var high))
            {
                throw new InvalidOperationException($"The name '{command.Name}' does not fit the table.");
            }

            var i = Home(low, high);
            while (table[i].Command is not null)
            {
                i = (i + 1) & (Slots - 1);
            }

            table[i] = new Slot(low, high, command);
        }

        return table;
    }

    private readonly record struct Slot(ulong Low, ulong High, RedisCommand? Command);
}
