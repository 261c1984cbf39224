namespace Catena.Simulation.Checkers;

/// <summary>Remembers where a search has been, and recognises where it can find nothing new.</summary>
/// <remarks>
/// A position is: which answered operations have taken effect, the state, which unknown ones were used, and whether the last was an unknown one
/// (which narrows what may follow). Of two positions that differ only in the unknown operations used, the one that has used fewer can do all that
/// the other can. So a position is hopeless if a subset was there before. Sets of answered operations are told apart by 128 random bits an
/// operation, exclusive-ored.
/// </remarks>
internal sealed class VisitedSet
{
    private readonly Dictionary<(UInt128 Answered, int State), List<(ulong[] Used, bool Narrowed)>> _seen = [];

    /// <summary>Enters a position.</summary>
    /// <returns>False if one at least as good was entered before.</returns>
    public bool Add(UInt128 answered, int state, ulong[] used, bool narrowed)
    {
        if (!_seen.TryGetValue((answered, state), out var positions))
        {
            positions = [];
            _seen.Add((answered, state), positions);
        }

        foreach (var position in positions)
        {
            if ((!position.Narrowed || narrowed) && IsSubset(position.Used, used))
            {
                return false;
            }
        }

        positions.Add(((ulong[])used.Clone(), narrowed));
        return true;
    }

    private static bool IsSubset(ulong[] part, ulong[] whole)
    {
        for (var word = 0; word < part.Length; word++)
        {
            if ((part[word] & ~whole[word]) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
