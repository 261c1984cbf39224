using Catena.Storage.Indexing;

namespace Catena.Storage.Partitions;

/// <content>Bringing what will be looked at into the processor's cache, of many keys together.</content>
public sealed partial class PartitionStore
{
    /// <summary>The hash of a key, for <see cref="Prefetch" />.</summary>
    /// <param name="storedKey">The stored key.</param>
    public static uint HashOf(ReadOnlySpan<byte> storedKey) => IndexCell.HashOfKey(storedKey);

    /// <summary>Begins to bring what a look-up of a key touches into the processor's cache, one step of the way there; for who looks many up, one step of all before the next. Any thread.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="step">How far.</param>
    public void Prefetch(uint hash, PrefetchStep step) => _state.Prefetch(hash, step);

    /// <summary>Does that for the keys of entries that may be applied next, those that are stable; for who applies entries of many partitions, one step of all before the next. Any thread.</summary>
    /// <param name="step">How far.</param>
    public void PrefetchStable(PrefetchStep step)
    {
        var state = _state;
        foreach (ref readonly var key in _unapplied.Stable(_journal.Durable))
        {
            state.Prefetch(IndexCell.HashOf(key.Checksum), step);
        }
    }
}
