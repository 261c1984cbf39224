using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;

namespace Catena.Cli.Backups;

/// <summary>Writes the keys of a backup's partition into a cluster, but for the first ones, which an earlier run has written.</summary>
/// <param name="writer">Writes.</param>
/// <param name="skipped">How many keys there are already.</param>
/// <param name="reached">Told now and then how many of the partition's keys are written for certain.</param>
/// <param name="cancellation">Gives up.</param>
internal sealed class RestoreVisitor(BulkWriter writer, long skipped, Action<long> reached, CancellationToken cancellation) : IContentVisitor
{
    private const long BytesBetweenNotes = 64 << 20;

    private long _noted = writer.Bytes;

    /// <summary>How many keys there were.</summary>
    public long Keys { get; private set; }

    /// <inheritdoc />
    public void Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry)
    {
        if (++Keys > skipped)
        {
            writer.Add(storedKey, value, expiry);
        }
    }

    /// <inheritdoc />
    public async ValueTask PauseAsync()
    {
        cancellation.ThrowIfCancellationRequested();
        if (writer.Bytes - _noted < BytesBetweenNotes)
        {
            await writer.PauseAsync(cancellation).ConfigureAwait(false);
            return;
        }

        await writer.FlushAsync(cancellation).ConfigureAwait(false);
        _noted = writer.Bytes;
        reached(Keys);
    }
}
