using Catena.Core.Primitives;

namespace Catena.Core.Commands;

/// <summary>Receives keys in order.</summary>
public interface IEntryVisitor
{
    /// <summary>Takes one key; the spans are valid during the call only.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="version">The LSN of its last write.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <returns>Whether to go on.</returns>
    bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry);
}
