using System.Buffers.Binary;
using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Storage.Checkpoints;

/// <summary>What checkpoint files and manifests have in common: names, the header, and sealed blocks.</summary>
/// <remarks>
/// <para>
/// Little-endian. Both begin with 64 bytes: magic (8 bytes), format version u32, partition u16 (65,535 in a manifest), zero u16, number u64, node id u64, cluster
/// (16 bytes, the UUID in the order in which it is printed), zeros (12 bytes), CRC-32C u32 over the 60 bytes before it. Then come blocks: length u32 of the
/// content, CRC-32C u32 of kind, content and the block's offset u64, kind u8, content.
/// </para>
/// <para>The offset in the checksum makes a block valid in one place only. The last block is of kind <see cref="BlockKind.End" />; a file without it is not whole.</para>
/// </remarks>
internal static class CheckpointFormat
{
    /// <summary>The bytes of a header.</summary>
    internal const int HeaderLength = 64;

    /// <summary>The bytes before a block's content.</summary>
    internal const int BlockHeaderLength = 9;

    /// <summary>The longest content of a block.</summary>
    internal const int MaxBlock = 256 << 20;

    /// <summary>How manifests' names begin.</summary>
    internal const string ManifestPrefix = "manifest-";

    /// <summary>How checkpoints' names end.</summary>
    internal const string CheckpointExtension = ".checkpoint";

    /// <summary>What a manifest is called while it is written.</summary>
    internal const string TemporaryManifest = "manifest.new";

    /// <summary>Stands for the partition in a file that is of none.</summary>
    internal static readonly PartitionId NoPartition = new(ushort.MaxValue);

    private const uint Version = 1;
    private const int ChecksumAt = HeaderLength - 4;

    /// <summary>What every checkpoint file begins with.</summary>
    internal static ReadOnlySpan<byte> CheckpointMagic => "CATENAC\n"u8;

    /// <summary>What every manifest begins with.</summary>
    internal static ReadOnlySpan<byte> ManifestMagic => "CATENAM\n"u8;

    /// <summary>The name of a manifest.</summary>
    internal static string ManifestName(ulong number) => ManifestPrefix + number.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The name of a partition's checkpoint.</summary>
    internal static string CheckpointName(PartitionId partition, ulong number) =>
        string.Create(CultureInfo.InvariantCulture, $"{partition.Value:D5}-{number:x16}{CheckpointExtension}");

    /// <summary>The number in a manifest's name; null where the name is none.</summary>
    internal static ulong? ManifestNumber(string name) =>
        name.StartsWith(ManifestPrefix, StringComparison.Ordinal)
        && ulong.TryParse(name.AsSpan(ManifestPrefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        && ManifestName(number) == name
            ? number
            : null;

    /// <summary>Writes a header.</summary>
    internal static void WriteHeader(Span<byte> destination, ReadOnlySpan<byte> magic, PartitionId partition, ulong number, in NodeIdentity identity)
    {
        destination[..HeaderLength].Clear();
        magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[12..], partition.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], number);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], identity.Node.Value);
        identity.Cluster.TryWriteBytes(destination[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Crc32C.Compute(destination[..ChecksumAt]));
    }

    /// <summary>Whether a header is whole and says just this.</summary>
    internal static bool IsHeader(ReadOnlySpan<byte> source, ReadOnlySpan<byte> magic, PartitionId partition, ulong number, in NodeIdentity identity)
    {
        Span<byte> expected = stackalloc byte[HeaderLength];
        WriteHeader(expected, magic, partition, number, identity);
        return source.Length >= HeaderLength && source[..HeaderLength].SequenceEqual(expected);
    }

    /// <summary>The checksum of a block.</summary>
    internal static uint Checksum(BlockKind kind, ReadOnlySpan<byte> content, long offset)
    {
        Span<byte> place = stackalloc byte[9];
        BinaryPrimitives.WriteInt64LittleEndian(place, offset);
        place[8] = (byte)kind;
        return Crc32C.Extend(Crc32C.Compute(content), place);
    }
}
