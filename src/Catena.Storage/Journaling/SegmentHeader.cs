using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Storage.Errors;

namespace Catena.Storage.Journaling;

/// <summary>The first 64 bytes of a segment: whose it is.</summary>
/// <remarks>
/// Little-endian: magic "CATENAJ\n" (8 bytes), format version u32, zero u32, segment id u64, node id u64, cluster (16 bytes, the UUID in
/// the order in which it is printed), zeros (12 bytes), CRC-32C u32 over the 60 bytes before it.
/// </remarks>
internal static class SegmentHeader
{
    /// <summary>The bytes of the header; the first record follows it.</summary>
    internal const int Length = 64;

    private const int ChecksumAt = Length - 4;

    private static ReadOnlySpan<byte> Magic => "CATENAJ\n"u8;

    /// <summary>Writes a header.</summary>
    internal static void Write(Span<byte> destination, long segmentId, in NodeIdentity identity)
    {
        destination[..Length].Clear();
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], NodeIdentity.FormatVersion);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], segmentId);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], identity.Node.Value);
        identity.Cluster.TryWriteBytes(destination[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Crc32C.Compute(destination[..ChecksumAt]));
    }

    /// <summary>Whose segment it is, where the header is whole; null otherwise.</summary>
    internal static NodeIdentity? OwnerOf(ReadOnlySpan<byte> source) =>
        IsWhole(source) && BinaryPrimitives.ReadUInt32LittleEndian(source[8..]) == NodeIdentity.FormatVersion
            ? new NodeIdentity(new Guid(source.Slice(32, 16), bigEndian: true), new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(source[24..])))
            : null;

    /// <summary>Checks a header.</summary>
    /// <returns>False where it is damaged or not there; the records behind it may be whole all the same.</returns>
    /// <exception cref="StorageCorruptException">It is whole and belongs to something else, or to a newer version of the program.</exception>
    internal static bool Check(ReadOnlySpan<byte> source, string name, long segmentId, in NodeIdentity identity)
    {
        if (!IsWhole(source))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        if (version != NodeIdentity.FormatVersion)
        {
            throw new StorageCorruptException(
                $"{name} has format version {version}; this program reads version {NodeIdentity.FormatVersion}.");
        }

        var node = new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));
        var cluster = new Guid(source.Slice(32, 16), bigEndian: true);
        if (node != identity.Node || cluster != identity.Cluster)
        {
            throw new StorageCorruptException(
                $"{name} belongs to node {node} of cluster {cluster}; the directory to node {identity.Node} of cluster {identity.Cluster}.");
        }

        return BinaryPrimitives.ReadInt64LittleEndian(source[16..]) == segmentId;
    }

    private static bool IsWhole(ReadOnlySpan<byte> source) =>
        source.Length >= Length
        && source.StartsWith(Magic)
        && Crc32C.Compute(source[..ChecksumAt]) == BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..Length]);
}
