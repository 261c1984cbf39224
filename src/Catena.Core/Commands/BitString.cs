using System.Numerics;
using System.Runtime.InteropServices;

namespace Catena.Core.Commands;

/// <summary>Counts and finds bits of a value; the highest bit of the first byte is bit 0.</summary>
public static class BitString
{
    /// <summary>How many bits are set from one to another, both included; they lie inside the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="first">The first bit.</param>
    /// <param name="last">The last bit; before the first for none.</param>
    public static long Count(ReadOnlySpan<byte> value, long first, long last)
    {
        if (first > last)
        {
            return 0;
        }

        var (from, to) = ((int)(first >> 3), (int)(last >> 3));
        var before = value[from] & ~(0xff >> (int)(first & 7));
        var after = value[to] & ((1 << (int)(7 - (last & 7))) - 1);
        return CountAll(value[from..(to + 1)]) - BitOperations.PopCount((uint)before) - BitOperations.PopCount((uint)after);
    }

    /// <summary>The first bit from one to another, both included, that is set, or that is clear; they lie inside the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isSet">Which is looked for.</param>
    /// <param name="first">The first bit.</param>
    /// <param name="last">The last bit; before the first for none.</param>
    /// <returns>Its number, or −1.</returns>
    public static long Find(ReadOnlySpan<byte> value, bool isSet, long first, long last)
    {
        if (first > last)
        {
            return -1;
        }

        // What is not looked for is 0 from here on.
        var flip = isSet ? 0 : 0xff;
        var at = (int)(first >> 3);
        var one = (value[at] ^ flip) & (0xff >> (int)(first & 7));
        if (one == 0)
        {
            var rest = value[(at + 1)..(int)((last >> 3) + 1)];
            var skipped = rest.IndexOfAnyExcept((byte)flip);
            if (skipped < 0)
            {
                return -1;
            }

            at += 1 + skipped;
            one = value[at] ^ flip;
        }

        var found = ((long)at << 3) + BitOperations.LeadingZeroCount((uint)one) - 24;
        return found <= last ? found : -1;
    }

    private static long CountAll(ReadOnlySpan<byte> bytes)
    {
        var count = 0L;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            count += BitOperations.PopCount(word);
        }

        foreach (var single in bytes[(bytes.Length & ~7)..])
        {
            count += BitOperations.PopCount(single);
        }

        return count;
    }
}
