using Catena.Core.Data;

namespace Catena.Storage.Indexing;

/// <summary>Has what the next mutations of an entry touch brought into the processor's cache while those before them are applied.</summary>
/// <remarks>
/// A look-up waits for memory three times, each time for a place that the one before tells (<see cref="PrefetchStep" />). So every block of keys is asked for three times ahead, a step farther each
/// time, each time all of the block at once: not only the loads overlap then, but also the translations of their addresses, for which even a prefetch has to wait
/// (prefetching in groups and in a software pipeline: Chen, Ailamaki, Gibbons and Mowry, "Improving Hash Join Performance through Prefetching", 2004).
/// It begins anew with every <see cref="MostKeys" />, whose first blocks are asked for all steps at once. What <see cref="UnappliedKeys" /> had noted is not asked for here: turns do that, for all of their partitions together.
/// </remarks>
internal ref struct KeysAhead
{
    /// <summary>How many keys are looked at ahead.</summary>
    internal const int MostKeys = 128;

    private const int BlockKeys = 16;

    private readonly OrderedIndex _index;
    private readonly Span<uint> _checksums;
    private readonly ReadOnlySpan<UnappliedKeys.Key> _noted;
    private WriteBodyReader _mutations;
    private int _known;
    private int _next;

    /// <summary>Looks ahead from the first mutation.</summary>
    /// <param name="index">The index that they change.</param>
    /// <param name="mutations">The mutations, before the first.</param>
    /// <param name="noted">The keys of all of them, where they were noted.</param>
    /// <param name="room">Room for <see cref="MostKeys" />.</param>
    internal KeysAhead(OrderedIndex index, WriteBodyReader mutations, ReadOnlySpan<UnappliedKeys.Key> noted, Span<uint> room)
    {
        _index = index;
        _noted = noted;
        _mutations = mutations;
        _checksums = room;
    }

    /// <summary>Goes to the next mutation.</summary>
    /// <returns>Its key's checksum (<see cref="IndexCell.ChecksumOfKey" />).</returns>
    internal uint Next()
    {
        if (!_noted.IsEmpty)
        {
            return _noted[_next++].Checksum;
        }

        if (_next == _known)
        {
            Look();
        }

        if (_next % BlockKeys == 0 && _known > 1)
        {
            Ask(PrefetchStep.Hint, blocksAhead: 3);
            Ask(PrefetchStep.Page, blocksAhead: 2);
            Ask(PrefetchStep.Cell, blocksAhead: 1);
        }

        return _checksums[_next++];
    }

    private void Look()
    {
        (_known, _next) = (0, 0);
        while (_known < MostKeys && _mutations.MoveNext())
        {
            _checksums[_known++] = IndexCell.ChecksumOfKey(_mutations.Current.Key);
        }
    }

    /// <summary>Asks for a step of the block that is so many ahead; at the beginning, of those before it, too.</summary>
    private readonly void Ask(PrefetchStep step, int blocksAhead)
    {
        var ahead = blocksAhead * BlockKeys;
        var end = Math.Min(_next + ahead + BlockKeys, _known);
        for (var index = _next == 0 ? 0 : _next + ahead; index < end; index++)
        {
            _index.Prefetch(IndexCell.HashOf(_checksums[index]), step);
        }
    }
}
