namespace Catena.Protocols.Resp.Commands;

/// <summary>A first and a last index of a sequence, both included, where negative ones count from its end.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
public readonly record struct IndexRange(long First, long Last)
{
    /// <summary>Everything.</summary>
    public static IndexRange All => new(0, -1);

    /// <summary>The indexes in a sequence of a length, as Redis resolves them.</summary>
    /// <param name="length">The length.</param>
    /// <returns>Indexes inside the sequence, or a first one after the last where there are none.</returns>
    public IndexRange In(long length)
    {
        // Both before the start would otherwise both become the first index.
        if ((First < 0 && Last < 0 && First > Last) || length == 0)
        {
            return new IndexRange(0, -1);
        }

        var first = Math.Max(First < 0 ? length + First : First, 0);
        var last = Math.Min(Math.Max(Last < 0 ? length + Last : Last, 0), length - 1);
        return first > last ? new IndexRange(0, -1) : new IndexRange(first, last);
    }
}
