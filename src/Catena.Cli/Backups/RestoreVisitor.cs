using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;

namespace Catena.Cli.Backups;

/// <summary>Writes the keys of a backup's partition into a cluster, but for the first ones, which an earlier run has written.</summary>
/// <param name="writer">Writes.</param>
/// <param name="skipped">How many keys there are already.</param>
/// <param name="pause">Called between blocks of keys, with how many of the partition's have been handed over.</param>
internal sealed class RestoreVisitor(BulkWriter writer, long skipped, Func<long, ValueTask> pause) : IContentVisitor
{
    private long _keys;

    /// <inheritdoc />
    public void Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry)
    {
        if (++_keys > skipped)
        {
            writer.Add(storedKey, value, expiry);
        }
    }

    /// <inheritdoc />
    public ValueTask PauseAsync() => pause(_keys);
}
