using Catena.Core.Primitives;

namespace Catena.Storage.Indexing;

/// <summary>What the index says of a key.</summary>
/// <param name="Version">The LSN of the key's last write.</param>
/// <param name="Expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
/// <param name="Position">Where in the journal the value's first byte is; 0 where the value stands in the index itself.</param>
/// <param name="ValueLength">The value's length.</param>
/// <param name="Checksum">The CRC-32C of a value in the journal; 0 for one in the index.</param>
internal readonly record struct IndexEntry(Lsn Version, long Expiry, long Position, int ValueLength, uint Checksum)
{
    /// <summary>Whether the value stands in the index.</summary>
    internal bool IsInline => Position == 0;
}
