using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>Reads the entries of a piece of a snapshot that <see cref="SnapshotPiece.IsValid" /> has accepted, without copying.</summary>
public ref struct SnapshotPieceReader
{
    private ByteReader _reader;

    /// <summary>Stands before the first entry.</summary>
    /// <param name="piece">The whole piece.</param>
    public SnapshotPieceReader(ReadOnlySpan<byte> piece) => _reader = SnapshotChunk.Entries(piece);

    /// <summary>The stored key of the entry.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>When it expires, in milliseconds since 1970 UTC; 0 for never.</summary>
    public long Expiry { get; private set; }

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

        // As SnapshotChunk.ReadEntry, whose results may not be kept in a field.
        Key = _reader.ReadString();
        Version = _reader.ReadLsn();
        Expiry = (long)_reader.ReadVarint();
        Value = _reader.ReadString();
        return _reader.IsValid;
    }
}
