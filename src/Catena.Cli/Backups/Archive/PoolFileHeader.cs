using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Archive;

/// <summary>The first 64 bytes of a pool file: what it is of.</summary>
/// <remarks>
/// Little-endian: magic <c>CATENABK</c>; format version u32; kind u8 and three zero bytes; cluster 16 bytes, in the order in which it is printed; partition u16;
/// number of partitions u16; four zero bytes; LSN as two u64; four zero bytes; CRC-32C u32 of the 60 bytes before it.
/// </remarks>
/// <param name="Kind">What it holds.</param>
/// <param name="Cluster">The cluster's identity.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Partitions">How many partitions the cluster has.</param>
/// <param name="After">Of a log: the entry before its first. Of a snapshot: the entry up to which everything is in it.</param>
internal sealed record PoolFileHeader(PoolFileKind Kind, Guid Cluster, PartitionId Partition, int Partitions, Lsn After)
{
    /// <summary>The bytes of a header.</summary>
    public const int Length = 64;

    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "CATENABK"u8;

    /// <summary>Writes the header.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        bytes = bytes[..Length];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Version);
        bytes[12] = (byte)Kind;
        Cluster.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[32..], Partition.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[34..], (ushort)Partitions);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], After.Epoch.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], After.Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[60..], Crc32C.Compute(bytes[..60]));
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static PoolFileHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException("it is no file of a backup");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]) != Crc32C.Compute(bytes[..60]))
        {
            throw new InvalidDataException("its header is damaged");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var kind = (PoolFileKind)bytes[12];
        if (version != Version || !Enum.IsDefined(kind))
        {
            throw new InvalidDataException($"its format {version} is not known to this version of catena");
        }

        return new PoolFileHeader(
            kind,
            new Guid(bytes[16..32], bigEndian: true),
            new PartitionId(BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..])),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[34..]),
            new Lsn(new Epoch(BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..])), BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..])));
    }
}
