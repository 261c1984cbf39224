namespace Catena.Storage.Partitions;

/// <summary>Where in the journal the entries of a partition's log are: eight bytes an entry, for the newest that are retained.</summary>
internal sealed class PositionLog
{
    private long[] _ring = new long[64];
    private ulong _first = 1;
    private int _count;

    /// <summary>The first sequence whose position is known, or would be the next to be.</summary>
    internal ulong First => _first;

    /// <summary>How many positions are known.</summary>
    internal int Count => _count;

    /// <summary>The position of an entry.</summary>
    internal long this[ulong sequence] => _ring[(int)sequence & (_ring.Length - 1)];

    /// <summary>Adds the next entry's position.</summary>
    internal void Add(long position)
    {
        if (_count == _ring.Length)
        {
            Grow();
        }

        _ring[(int)(_first + (ulong)_count) & (_ring.Length - 1)] = position;
        _count++;
    }

    /// <summary>Forgets the entries after one.</summary>
    internal void CutAfter(ulong sequence)
    {
        if (sequence + 1 < _first + (ulong)_count)
        {
            _count = sequence < _first ? 0 : (int)(sequence - _first + 1);
        }
    }

    /// <summary>Forgets the entries that stand before a position of the journal, but none from a sequence on.</summary>
    internal void TrimBefore(long position, ulong keepFrom)
    {
        while (_count > 0 && _first < keepFrom && this[_first] < position)
        {
            _first++;
            _count--;
        }
    }

    /// <summary>Forgets the entries up to one.</summary>
    internal void ForgetThrough(ulong sequence)
    {
        var forgotten = (int)Math.Min((ulong)_count, sequence < _first ? 0 : sequence - _first + 1);
        _first += (ulong)forgotten;
        _count -= forgotten;
    }

    /// <summary>Forgets the oldest entries until at most so many are left, but none from a sequence on.</summary>
    internal void Trim(int most, ulong keepFrom)
    {
        if (_count <= most || keepFrom <= _first)
        {
            return;
        }

        var surplus = (ulong)(_count - most);
        var dropped = Math.Min(surplus, keepFrom - _first);
        _first += dropped;
        _count -= (int)dropped;
    }

    /// <summary>All positions that are known, in order.</summary>
    internal long[] ToArray()
    {
        var positions = new long[_count];
        for (var index = 0; index < _count; index++)
        {
            positions[index] = this[_first + (ulong)index];
        }

        return positions;
    }

    /// <summary>Begins anew, with the given sequence as the next.</summary>
    internal void Restart(ulong next)
    {
        _first = next;
        _count = 0;
    }

    private void Grow()
    {
        var grown = new long[_ring.Length * 2];
        for (var index = 0; index < _count; index++)
        {
            var sequence = (int)(_first + (ulong)index);
            grown[sequence & (grown.Length - 1)] = _ring[sequence & (_ring.Length - 1)];
        }

        _ring = grown;
    }
}
