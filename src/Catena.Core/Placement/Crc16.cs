namespace Catena.Core.Placement;

/// <summary>CRC-16/XMODEM (polynomial 0x1021, start 0, not reflected): the checksum that Redis Cluster maps keys to slots by.</summary>
/// <remarks>Eight bytes a step from eight tables (4 KiB in all): <c>tables[256 * k + x]</c> is the checksum of x and k zero
/// bytes.</remarks>
internal static class Crc16
{
    private const ushort Polynomial = 0x1021;
    private const int Stride = 8;
    private static readonly ushort[] Tables = BuildTables();

    /// <summary>The checksum of <paramref name="bytes" />; of the ASCII digits "123456789" it is 0x31C3.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> tables = Tables;
        var crc = 0;
        while (bytes.Length >= Stride)
        {
            crc = tables[(7 * 256) + (bytes[0] ^ (crc >> 8))]
                ^ tables[(6 * 256) + (bytes[1] ^ (crc & 0xFF))]
                ^ tables[(5 * 256) + bytes[2]]
                ^ tables[(4 * 256) + bytes[3]]
                ^ tables[(3 * 256) + bytes[4]]
                ^ tables[(2 * 256) + bytes[5]]
                ^ tables[256 + bytes[6]]
                ^ tables[bytes[7]];
            bytes = bytes[Stride..];
        }

        foreach (var single in bytes)
        {
            crc = ((crc << 8) & 0xFFFF) ^ tables[(crc >> 8) ^ single];
        }

        return (ushort)crc;
    }

    private static ushort[] BuildTables()
    {
        var tables = new ushort[Stride * 256];
        for (var value = 0; value < 256; value++)
        {
            var crc = value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }

            tables[value] = (ushort)crc;
        }

        for (var index = 256; index < tables.Length; index++)
        {
            var before = tables[index - 256];
            tables[index] = (ushort)((before << 8) ^ tables[before >> 8]);
        }

        return tables;
    }
}
