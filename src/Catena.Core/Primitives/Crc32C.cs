using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Catena.Core.Primitives;

/// <summary>CRC-32C, the Castagnoli polynomial (RFC 3720, appendix B.4), by the processor's instruction where it has one.</summary>
/// <remarks>
/// The instruction's result comes three cycles after it is begun, and one can begin in each: so long inputs are summed in three lanes at a time, which are then put together
/// (Gopal and others, "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel, 2011).
/// </remarks>
public static class Crc32C
{
    private const int WordBytes = sizeof(ulong);

    /// <summary>The words of a lane.</summary>
    private const int LaneWords = 32;

    private const int ByteValues = 256;

    /// <summary>What a state becomes behind as many zeros as a lane has bytes, by each of its four bytes: the state is linear in them.</summary>
    private static readonly uint[] BehindLane = MakeBehindLane();

    /// <summary>The checksum of <paramref name="bytes" />; of the ASCII digits "123456789" it is 0xE3069283.</summary>
    /// <param name="bytes">What is summed.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Extend(0, bytes);

    /// <summary>The checksum of what <paramref name="crc" /> covered followed by <paramref name="bytes" />.</summary>
    /// <param name="crc">The checksum so far; 0 for nothing.</param>
    /// <param name="bytes">What follows.</param>
    public static uint Extend(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (; words.Length >= 3 * LaneWords; words = words[(3 * LaneWords)..])
        {
            state = ExtendByLanes(state, words);
        }

        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, Ordered(word));
        }

        var rest = bytes[(bytes.Length & -WordBytes)..];
        if (rest.Length >= sizeof(uint))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt32LittleEndian(rest));
            rest = rest[sizeof(uint)..];
        }

        foreach (var single in rest)
        {
            state = BitOperations.Crc32C(state, single);
        }

        return ~state;
    }

    private static uint ExtendByLanes(uint state, ReadOnlySpan<ulong> words)
    {
        var first = words[..LaneWords];
        var second = words.Slice(LaneWords, LaneWords);
        var third = words.Slice(2 * LaneWords, LaneWords);
        var (one, two, three) = (state, 0u, 0u);
        for (var index = 0; index < LaneWords; index++)
        {
            one = BitOperations.Crc32C(one, Ordered(first[index]));
            two = BitOperations.Crc32C(two, Ordered(second[index]));
            three = BitOperations.Crc32C(three, Ordered(third[index]));
        }

        return PassLane(PassLane(one) ^ two) ^ three;
    }

    private static ulong Ordered(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    /// <summary>A state as it is behind as many zeros as a lane has bytes.</summary>
    private static uint PassLane(uint state)
    {
        var table = BehindLane;
        return table[(byte)state]
            ^ table[ByteValues + (byte)(state >> 8)]
            ^ table[(2 * ByteValues) + (byte)(state >> 16)]
            ^ table[(3 * ByteValues) + (int)(state >> 24)];
    }

    private static uint[] MakeBehindLane()
    {
        var table = new uint[sizeof(uint) * ByteValues];
        for (var index = 0; index < table.Length; index++)
        {
            var state = (uint)(index % ByteValues) << (8 * (index / ByteValues));
            for (var word = 0; word < LaneWords; word++)
            {
                state = BitOperations.Crc32C(state, 0UL);
            }

            table[index] = state;
        }

        return table;
    }
}
