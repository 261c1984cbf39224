using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>Sums up the keys of a scan that have not expired at some time.</summary>
/// <param name="at">The time, in milliseconds since 1970 UTC.</param>
internal sealed class DigestVisitor(long at) : IEntryVisitor
{
    private ContentDigest _digest;

    /// <summary>The sum so far.</summary>
    public ContentDigest Digest => _digest;

    /// <summary>The stored key that can follow the last one visited.</summary>
    public byte[] Next { get; private set; } = [];

    /// <inheritdoc />
    public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
    {
        if ((expiry == 0 || expiry > at) && !StoredKey.IsSystem(storedKey))
        {
            _digest.Add(StoredKey.Table(storedKey), StoredKey.Key(storedKey), value, expiry);
        }

        Next = [.. storedKey, 0];
        return true;
    }
}
