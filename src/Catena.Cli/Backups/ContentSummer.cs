using Catena.Cli.Backups.Archive;
using Catena.Core.Data;
using Catena.Server.Backups;

namespace Catena.Cli.Backups;

/// <summary>Sums up the keys of a backup that live at some time.</summary>
/// <param name="at">The time, in milliseconds since 1970 UTC.</param>
internal sealed class ContentSummer(long at) : IContentVisitor
{
    private ContentDigest _digest;

    /// <summary>The sum so far.</summary>
    public ContentDigest Digest => _digest;

    /// <inheritdoc />
    public void Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry)
    {
        if (expiry == 0 || expiry > at)
        {
            _digest.Add(StoredKey.Table(storedKey), StoredKey.Key(storedKey), value, expiry);
        }
    }

    /// <inheritdoc />
    public ValueTask PauseAsync() => ValueTask.CompletedTask;
}
