namespace Catena.Core.Data;

/// <summary>The results of one origin's requests that it may still ask for again: a ring over sequence numbers.</summary>
internal sealed class OriginResults
{
    private static readonly byte[][] SingleBytes = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];

    private byte[]?[] _ring = new byte[]?[16];

    internal OriginResults(ulong incarnation) => Incarnation = incarnation;

    internal ulong Incarnation { get; }

    /// <summary>Results are kept for sequences above this one only.</summary>
    internal ulong Floor { get; private set; }

    /// <summary>The highest sequence recorded; not under <see cref="Floor" />.</summary>
    internal ulong Highest { get; private set; }

    /// <summary>The log sequence of the newest entry of this origin: what least-recent-use goes by.</summary>
    internal ulong LastUse { get; set; }

    internal byte[]? Find(ulong sequence) =>
        sequence > Floor && sequence <= Highest ? _ring[sequence & (ulong)(_ring.Length - 1)] : null;

    internal void Record(ulong sequence, ulong settled, ReadOnlySpan<byte> result)
    {
        var oldest = sequence > RequestResults.MaxResultsPerOrigin ? sequence - RequestResults.MaxResultsPerOrigin : 0;
        RaiseFloor(Math.Max(settled, oldest));
        if (sequence <= Floor)
        {
            return;
        }

        EnsureRoom(sequence);
        Highest = Math.Max(Highest, sequence);
        _ring[sequence & (ulong)(_ring.Length - 1)] = result.Length == 1 ? SingleBytes[result[0]] : result.ToArray();
    }

    internal void RaiseFloor(ulong floor)
    {
        if (floor <= Floor)
        {
            return;
        }

        var last = Math.Min(floor, Highest);
        for (var sequence = Floor + 1; sequence <= last; sequence++)
        {
            _ring[sequence & (ulong)(_ring.Length - 1)] = null;
        }

        Floor = floor;
        Highest = Math.Max(Highest, floor);
    }

    private void EnsureRoom(ulong sequence)
    {
        var needed = sequence - Floor;
        if (needed <= (ulong)_ring.Length)
        {
            return;
        }

        var size = _ring.Length;
        while ((ulong)size < needed)
        {
            size *= 2;
        }

        var grown = new byte[]?[size];
        for (var kept = Floor + 1; kept <= Highest; kept++)
        {
            grown[kept & (ulong)(size - 1)] = _ring[kept & (ulong)(_ring.Length - 1)];
        }

        _ring = grown;
    }
}
