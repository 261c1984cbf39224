using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage;

/// <summary>The file that says whose directory it is, written once.</summary>
/// <remarks>
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

    private static ReadOnlySpan<byte> Magic => "CATENAID"u8;

    /// <summary>Reads the identity, where there is one.</summary>
    /// <exception cref="StorageCorruptException">The file is damaged or of a newer version.</exception>
    internal static NodeIdentity? Read(IStorageDevice device)
    {
        if (!device.Exists(Name))
        {
            return null;
        }

        using var file = device.Open(Name, create: false);
        Span<byte> bytes = stackalloc byte[Length];
        var read = file.Read(0, bytes);
        if (read != Length
            || file.Length != Length
            || !bytes.StartsWith(Magic)
            || Crc32C.Compute(bytes[..ChecksumAt]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]))
        {
            throw new StorageCorruptException($"The file \"{Name}\" is damaged: the directory's owner is not known.");
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
