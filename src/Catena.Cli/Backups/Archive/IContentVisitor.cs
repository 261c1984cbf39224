namespace Catena.Cli.Backups.Archive;

/// <summary>Receives the keys of a backup's partition.</summary>
internal interface IContentVisitor
{
    /// <summary>Takes one key; the spans are valid during the call only.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    void Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry);

    /// <summary>Called between blocks of keys, to wait for whatever the keys led to.</summary>
    ValueTask PauseAsync();
}
