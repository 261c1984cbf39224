using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>The bytes of one piece of a partition's snapshot: entries in key order, checksummed.</summary>
/// <remarks>
/// CRC-32C u32 (little-endian) of all that follows; then the entries up to the end: key as a byte string, version as an LSN, expiry as a variable-length
/// number, value as a byte string.
/// </remarks>
internal static class SnapshotChunk
{
    /// <summary>The bytes before the entries.</summary>
    internal const int HeaderLength = 4;

    /// <summary>Writes one entry.</summary>
    internal static void WriteEntry(IBufferWriter<byte> writer, ReadOnlySpan<byte> key, in Lsn version, long expiry, ReadOnlySpan<byte> value)
    {
        writer.WriteString(key);
        writer.WriteLsn(version);
        writer.WriteVarint((ulong)expiry);
        writer.WriteString(value);
    }

    /// <summary>Fills in the checksum of a chunk whose entries stand behind the header.</summary>
    internal static void Seal(Span<byte> chunk) =>
        BinaryPrimitives.WriteUInt32LittleEndian(chunk, Crc32C.Compute(chunk[HeaderLength..]));

    /// <summary>Checks a chunk's bytes and every entry in it.</summary>
    /// <returns>False where it is not what <see cref="Seal" /> sealed.</returns>
    internal static bool IsValid(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(chunk) != Crc32C.Compute(chunk[HeaderLength..]))
        {
            return false;
        }

        var reader = Entries(chunk);
        while (reader.IsValid && !reader.IsAtEnd)
        {
            ReadEntry(ref reader, out var mutation, out _);
            if (mutation.Key.Length > StoredKey.MaxLength || mutation.Expiry < 0)
            {
                reader.Fail();
            }
        }

        return reader.IsValid;
    }

    /// <summary>A reader that stands at the first entry.</summary>
    internal static ByteReader Entries(ReadOnlySpan<byte> chunk) => new(chunk[HeaderLength..]);

    /// <summary>Reads the next entry.</summary>
    internal static void ReadEntry(ref ByteReader reader, out Mutation mutation, out Lsn version)
    {
        var key = reader.ReadString();
        version = reader.ReadLsn();
        var expiry = (long)reader.ReadVarint();
        mutation = new Mutation { Kind = MutationKind.Put, Key = key, Value = reader.ReadString(), Expiry = expiry };
    }
}
