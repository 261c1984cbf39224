using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Indexing;

namespace Catena.Storage.Checkpoints;

/// <summary>The entries of a checkpoint's blocks: key as a byte string, version as an LSN, expiry and twice the value's length (plus one where it stands in the
/// journal) as variable-length numbers; then the value, or its position i64 and CRC-32C u32.</summary>
internal static class EntryCodec
{
    /// <summary>Writes one.</summary>
    internal static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> key, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        writer.WriteString(key);
        writer.WriteLsn(entry.Version);
        writer.WriteVarint((ulong)entry.Expiry);
        writer.WriteVarint(((ulong)entry.ValueLength << 1) | (entry.IsInline ? 0u : 1u));
        if (entry.IsInline)
        {
            writer.Write(value);
        }
        else
        {
            writer.WriteInt64(entry.Position);
            writer.WriteUInt32(entry.Checksum);
        }
    }

    /// <summary>Reads one.</summary>
    /// <returns>False where it is malformed.</returns>
    internal static bool TryRead(ref ByteReader reader, out ReadOnlySpan<byte> key, out IndexEntry entry, out ReadOnlySpan<byte> value)
    {
        key = reader.ReadString();
        var version = reader.ReadLsn();
        var expiry = (long)reader.ReadVarint();
        var word = reader.ReadVarint();
        var length = word >> 1;
        var isInline = (word & 1) == 0;
        value = default;
        entry = default;
        if (length > int.MaxValue || (isInline && length > OrderedIndex.MaxInlineLength))
        {
            reader.Fail();
        }

        if (!reader.IsValid || key.Length > StoredKey.MaxLength || expiry < 0)
        {
            return false;
        }

        if (isInline)
        {
            value = reader.ReadBytes((int)length);
            entry = new IndexEntry(version, expiry, 0, (int)length, 0);
        }
        else
        {
            var position = reader.ReadInt64();
            entry = new IndexEntry(version, expiry, position, (int)length, reader.ReadUInt32());
            if (position <= 0)
            {
                reader.Fail();
            }
        }

        return reader.IsValid;
    }
}
