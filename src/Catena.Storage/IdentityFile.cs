using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;

namespace Catena.Storage;

/// <summary>The file that says whose directory it is, written once.</summary>
/// <remarks>
/// It is written after the journal's first mark is durable. Every segment of the journal says the same, so a file that is damaged or gone is written again from them.
/// Little-endian, 48 bytes: magic "CATENAID" (8 bytes), format version u32, zero u32, cluster (16 bytes, in the order in which a UUID is printed),
/// node id u64, zero u32, CRC-32C u32 over the 44 bytes before it.
/// </remarks>
internal static class IdentityFile
{
    /// <summary>The file's name.</summary>
    internal const string Name = "identity";

    private const string TemporaryName = "identity.new";
    private const int Length = 48;
    private const int ChecksumAt = Length - 4;

    /// <summary>No more than this of the first segment is written before the identity is: its header and two marks.</summary>
    private static readonly int BeginningLength = SegmentHeader.Length + (2 * Mark.RoomFor(1));

    private static ReadOnlySpan<byte> Magic => "CATENAID"u8;

    /// <summary>Reads the identity, where there is one, or concludes it from what the journal's segments say; <see cref="Repair" /> makes the file good then.</summary>
    /// <returns>Null where the directory is nobody's: empty, or left in the middle of being made somebody's.</returns>
    /// <exception cref="StorageCorruptException">The file is of a newer version, or damaged or missing beside segments that do not say, all the same, whose they are.</exception>
    internal static NodeIdentity? Read(IStorageDevice device)
    {
        if (device.Exists(Name) && TryRead(device) is { } identity)
        {
            return identity;
        }

        var segments = SegmentFiles.IdsOf(device);
        if (!device.Exists(Name) && (segments.Count == 0 || HoldsOnlyBeginning(device, segments)))
        {
            return null;
        }

        var owners = segments.Select(id => OwnerOf(device, id)).OfType<NodeIdentity>().Distinct().ToList();
        if (owners is not [var owner])
        {
            throw new StorageCorruptException(
                $"The file \"{Name}\" is damaged or missing, and {(owners.Count == 0 ? "no segment of the journal says" : "the journal's segments do not agree on")} whose directory it is.");
        }

        return owner;
    }

    /// <summary>Writes the identity again where the file does not hold it any more; on a full disk the next call does.</summary>
    /// <returns>Whether that was so.</returns>
    internal static bool Repair(IStorageDevice device, in NodeIdentity identity)
    {
        if (device.Exists(Name) && TryRead(device) == identity)
        {
            return false;
        }

        try
        {
            Write(device, identity);
        }
        catch (StorageFullException)
        {
            device.Delete(TemporaryName);
        }

        return true;
    }

    /// <summary>Whether all that the segments hold is what is written before the identity is, or a part of that.</summary>
    private static bool HoldsOnlyBeginning(IStorageDevice device, List<long> segments)
    {
        if (segments is not [1])
        {
            return false;
        }

        using var file = device.Open(SegmentFiles.NameOf(1), create: false);
        var bytes = new byte[64 * 1024];
        for (long offset = BeginningLength; offset < file.Length;)
        {
            var read = file.ReadPastBad(offset, bytes);
            if (read == 0 || bytes.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                return false;
            }

            offset += read;
        }

        return true;
    }

    private static NodeIdentity? OwnerOf(IStorageDevice device, long segment)
    {
        using var file = device.Open(SegmentFiles.NameOf(segment), create: false);
        Span<byte> header = stackalloc byte[SegmentHeader.Length];
        return SegmentHeader.OwnerOf(header[..file.ReadPastBad(0, header)]);
    }

    private static NodeIdentity? TryRead(IStorageDevice device)
    {
        using var file = device.Open(Name, create: false);
        file.Uncache(0, file.Length);
        Span<byte> bytes = stackalloc byte[Length];
        var read = file.ReadPastBad(0, bytes);
        if (read != Length
            || file.Length != Length
            || !bytes.StartsWith(Magic)
            || Crc32C.Compute(bytes[..ChecksumAt]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]))
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != NodeIdentity.FormatVersion)
        {
            throw new StorageCorruptException(
                $"The directory has format version {version}; this program reads version {NodeIdentity.FormatVersion}.");
        }

        return new NodeIdentity(
            new Guid(bytes.Slice(16, 16), bigEndian: true), new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..])));
    }

    /// <summary>Writes the identity so that a crash leaves either no file or the whole one.</summary>
    internal static void Write(IStorageDevice device, in NodeIdentity identity)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], NodeIdentity.FormatVersion);
        identity.Cluster.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], identity.Node.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumAt..], Crc32C.Compute(bytes[..ChecksumAt]));
        using (var file = device.Open(TemporaryName, create: true))
        {
            file.SetLength(0);
            file.Write(0, bytes);
            file.Sync();
        }

        device.Rename(TemporaryName, Name);
        device.SyncDirectory();
    }
}
