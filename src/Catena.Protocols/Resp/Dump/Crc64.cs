using System.Buffers.Binary;

namespace Catena.Protocols.Resp.Dump;

/// <summary>The CRC that ends a dumped value: CRC-64 of the Jones polynomial, reflected, without initial or final inversion.</summary>
public static class Crc64
{
    private const ulong ReflectedPolynomial = 0x95AC_9329_AC4B_C9B5;
    private const int Lanes = 8;
    private static readonly ulong[][] Tables = CreateTables();

    /// <summary>The checksum of <paramref name="bytes" />; of the ASCII digits "123456789" it is 0xE9C6D914C4B8D9CA.</summary>
    /// <param name="bytes">What is summed.</param>
    public static ulong Compute(ReadOnlySpan<byte> bytes)
    {
        ulong state = 0;
        while (bytes.Length >= Lanes)
        {
            state ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong next = 0;
            for (var lane = 0; lane < Lanes; lane++)
            {
                next ^= Tables[Lanes - 1 - lane][(byte)(state >> (8 * lane))];
            }

            state = next;
            bytes = bytes[Lanes..];
        }

        foreach (var single in bytes)
        {
            state = Tables[0][(byte)(state ^ single)] ^ (state >> 8);
        }

        return state;
    }

    /// <summary>Table n says what a byte makes of the sum once n zeros have followed it.</summary>
    private static ulong[][] CreateTables()
    {
        var tables = new ulong[Lanes][];
        for (var lane = 0; lane < Lanes; lane++)
        {
            tables[lane] = new ulong[256];
            for (var value = 0; value < 256; value++)
            {
                if (lane > 0)
                {
                    var before = tables[lane - 1][value];
                    tables[lane][value] = tables[0][(byte)before] ^ (before >> 8);
                    continue;
                }

                var state = (ulong)value;
                for (var bit = 0; bit < 8; bit++)
                {
                    state = (state & 1) != 0 ? (state >> 1) ^ ReflectedPolynomial : state >> 1;
                }

                tables[0][value] = state;
            }
        }

        return tables;
    }
}
