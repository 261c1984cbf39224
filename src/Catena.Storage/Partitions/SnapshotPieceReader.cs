using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>Reads the entries of a piece of a snapshot that <see cref="SnapshotPiece.IsValid" /> has accepted, without copying.</summary>
public ref struct SnapshotPieceReader
{
    private ByteReader _reader;
    private Mutation _entry;

    /// <summary>Stands before the first entry.</summary>
    /// <param name="piece">The whole piece.</param>
    public SnapshotPieceReader(ReadOnlySpan<byte> piece) => _reader = SnapshotChunk.Entries(piece);

    /// <summary>The stored key of the entry.</summary>
    public readonly ReadOnlySpan<byte> Key => _entry.Key;

    /// <summary>Its value.</summary>
    public readonly ReadOnlySpan<byte> Value => _entry.Value;

    /// <summary>When it expires, in milliseconds since 1970 UTC; 0 for never.</summary>
    public readonly long Expiry => _entry.Expiry;

    /// <summary>The LSN of its last write.</summary>
    public Lsn Version { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>False behind the last.</returns>
    public bool MoveNext()
    {
        if (_reader.Rest.IsEmpty)
        {
            return false;
        }

        SnapshotChunk.ReadEntry(ref _reader, out _entry, out var version);
        Version = version;
        return _reader.IsValid;
    }
}
