using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>Versions as clients have them: epoch and sequence number, each a big-endian u64, so that of two versions of one key the later is the greater in the order of bytes.</summary>
internal static class Versions
{
    /// <summary>Writes a version.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="version">The version.</param>
    /// <returns>What was written; nothing where there is no version.</returns>
    internal static ReadOnlySpan<byte> Write(Span<byte> target, Lsn version)
    {
        if (version == Lsn.Zero)
        {
            return default;
        }

        BinaryPrimitives.WriteUInt64BigEndian(target, version.Epoch.Value);
        BinaryPrimitives.WriteUInt64BigEndian(target[sizeof(ulong)..], version.Sequence);
        return target[..CatenaService.VersionBytes];
    }

    /// <summary>Reads what <see cref="Write" /> wrote.</summary>
    /// <param name="bytes">What a client sent.</param>
    /// <param name="version">The version.</param>
    /// <returns>False where it is none.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out Lsn version)
    {
        var isGood = bytes.Length == CatenaService.VersionBytes;
        version = isGood ? new Lsn(new Epoch(BinaryPrimitives.ReadUInt64BigEndian(bytes)), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..])) : default;
        return isGood && version != Lsn.Zero;
    }
}
