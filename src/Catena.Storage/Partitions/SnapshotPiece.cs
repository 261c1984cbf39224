using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>Makes and checks pieces of snapshots outside a store: for backups, export and import.</summary>
/// <remarks>A piece is what <see cref="PartitionStore.ReadSnapshotChunk" /> writes; <see cref="SnapshotPieceReader" /> reads its entries.</remarks>
public static class SnapshotPiece
{
    /// <summary>The bytes before the entries.</summary>
    public const int HeaderLength = SnapshotChunk.HeaderLength;

    /// <summary>Begins a piece; entries and <see cref="Seal" /> follow.</summary>
    /// <param name="writer">Where to.</param>
    public static void Begin(IBufferWriter<byte> writer) => writer.WriteUInt32(0);

    /// <summary>Adds an entry to a piece that was begun.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="storedKey">The stored key; keys of one piece ascend.</param>
    /// <param name="version">The LSN of its last write; zero where none is told.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <param name="value">Its value.</param>
    public static void Add(IBufferWriter<byte> writer, ReadOnlySpan<byte> storedKey, in Lsn version, long expiry, ReadOnlySpan<byte> value) =>
        SnapshotChunk.WriteEntry(writer, storedKey, version, expiry, value);

    /// <summary>Ends a piece by filling in its checksum.</summary>
    /// <param name="piece">All that was written since <see cref="Begin" />.</param>
    public static void Seal(Span<byte> piece) => SnapshotChunk.Seal(piece);

    /// <summary>Checks a piece's checksum and every entry in it.</summary>
    /// <param name="piece">The bytes.</param>
    /// <returns>False where they are not what was sealed.</returns>
    public static bool IsValid(ReadOnlySpan<byte> piece) => SnapshotChunk.IsValid(piece);
}
