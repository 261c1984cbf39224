using Catena.Storage.Partitions;

namespace Catena.Server.Tests.Backups;

/// <summary>Changes bulks in ways that checksums do not show.</summary>
internal static class BulkChanges
{
    /// <summary>Moves the first key to another slot.</summary>
    public static byte[] Misplaced(this byte[] piece)
    {
        // Checksum, length of the key, slot.
        piece[SnapshotPiece.HeaderLength + 1] ^= 1;
        SnapshotPiece.Seal(piece);
        return piece;
    }
}
