using System.Numerics;
using System.Runtime.InteropServices;

namespace Catena.Core.Primitives;

/// <summary>CRC-32C, the Castagnoli polynomial (RFC 3720, appendix B.4), by the processor's instruction where it has one.</summary>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes" />; of the ASCII digits "123456789" it is 0xE3069283.</summary>
    /// <param name="bytes">What is summed.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Extend(0, bytes);

    /// <summary>The checksum of what <paramref name="crc" /> covered followed by <paramref name="bytes" />.</summary>
    /// <param name="crc">The checksum so far; 0 for nothing.</param>
    /// <param name="bytes">What follows.</param>
    public static uint Extend(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            state = BitOperations.Crc32C(state, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var single in bytes[(bytes.Length & ~7)..])
        {
            state = BitOperations.Crc32C(state, single);
        }

        return ~state;
    }
}
