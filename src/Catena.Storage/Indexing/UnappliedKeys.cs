using Catena.Core.Data;

namespace Catena.Storage.Indexing;

/// <summary>The checksums of keys whose entries were appended and are not applied yet, in their order, as far as there is room.</summary>
/// <remarks>
/// Applying a small entry waits for memory several times; with them, what the entries of many partitions touch is asked for together before. Entries with many keys are
/// not noted, since they look ahead within themselves (<see cref="KeysAhead" />). Changed under the partition's lock. Any thread may ask for <see cref="Stable" /> beside that: what it sees then may be old, which is good enough for a hint.
/// </remarks>
internal sealed class UnappliedKeys
{
    /// <summary>How many keys are noted at most.</summary>
    internal const int MostKeys = 128;

    /// <summary>The longest body of an entry whose keys are noted.</summary>
    internal const int MostBytes = 2048;

    private readonly Key[] _keys = new Key[MostKeys];
    private int _first;
    private int _end;

    /// <summary>Notes the keys of an entry that was appended: all or, where there is no room for all, none.</summary>
    /// <param name="sequence">The entry's sequence.</param>
    /// <param name="through">The journal position that must be durable for it to be.</param>
    /// <param name="body">The body of a write.</param>
    internal void Add(ulong sequence, long through, ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes)
        {
            return;
        }

        var end = _end;
        for (var mutations = new WriteBodyReader(body); mutations.MoveNext();)
        {
            if (end == MostKeys)
            {
                if (_first == 0)
                {
                    return;
                }

                _keys.AsSpan(_first, end - _first).CopyTo(_keys);
                (_first, _end, end) = (0, _end - _first, end - _first);
            }

            _keys[end++] = new Key(IndexCell.ChecksumOfKey(mutations.Current.Key), sequence, through);
        }

        _end = end;
    }

    /// <summary>Takes the keys of an entry that is applied now, and forgets those of entries before it.</summary>
    /// <returns>All of its keys, in order; none where they were not noted. Valid until the next <see cref="Add" />.</returns>
    internal ReadOnlySpan<Key> Take(ulong sequence)
    {
        while (_first < _end && _keys[_first].Sequence < sequence)
        {
            _first++;
        }

        var from = _first;
        while (_first < _end && _keys[_first].Sequence == sequence)
        {
            _first++;
        }

        return _keys.AsSpan(from, _first - from);
    }

    /// <summary>Forgets all: the log was cut, and its sequences begin anew.</summary>
    internal void Clear() => (_first, _end) = (0, 0);

    /// <summary>The keys of entries that are stable here, so that they may be applied next; those behind the first that is not are left out. Any thread.</summary>
    /// <param name="durable">The journal position through which all is stable.</param>
    internal ReadOnlySpan<Key> Stable(long durable)
    {
        // What another thread changes meanwhile makes these differ, but never leads out of the array.
        var (first, end) = (_first, _end);
        var stable = first;
        while (stable < end && _keys[stable].Through <= durable)
        {
            stable++;
        }

        return _keys.AsSpan(first, stable - first);
    }

    /// <summary>A key of an entry.</summary>
    /// <param name="Checksum">Its checksum (<see cref="IndexCell.ChecksumOfKey" />).</param>
    /// <param name="Sequence">The entry's sequence.</param>
    /// <param name="Through">The journal position that must be durable for the entry to be.</param>
    internal readonly record struct Key(uint Checksum, ulong Sequence, long Through);
}
