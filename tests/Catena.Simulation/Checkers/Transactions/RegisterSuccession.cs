namespace Catena.Simulation.Checkers.Transactions;

/// <summary>The versions of one key that follow each version at once, as far as real time tells.</summary>
/// <remarks>
/// <para>
/// Under strict serializability a version is older than another if a transaction that saw or wrote it had returned before one that saw or wrote the other was
/// called: a key never has the same value again. That relation may hold of all pairs. It is enough to know for each version the
/// later one that was first known to be there, and those that may have come before that one: all others follow the one.
/// </para>
/// <para>
/// Where the relation has a cycle, what is left out does not matter: the cycle is then found as it is.
/// </para>
/// </remarks>
internal sealed class RegisterSuccession
{
    private readonly List<RegisterVersion> _byLastCall;
    private readonly int[] _firstKnown;
    private readonly int[] _secondKnown;

    /// <summary>The succession of a key's versions.</summary>
    public RegisterSuccession(RegisterKey key)
    {
        _byLastCall = [.. key.Versions.Where(version => version.LastCall.Transaction >= 0).OrderBy(version => version.LastCall.At)];
        _firstKnown = new int[_byLastCall.Count + 1];
        _secondKnown = new int[_byLastCall.Count + 1];
        _firstKnown[^1] = _secondKnown[^1] = -1;
        for (var index = _byLastCall.Count - 1; index >= 0; index--)
        {
            var (first, second) = (_firstKnown[index + 1], _secondKnown[index + 1]);
            (_firstKnown[index], _secondKnown[index]) = first < 0 || End(index) < End(first) ? (index, first)
                : second < 0 || End(index) < End(second) ? (first, index)
                : (first, second);
        }
    }

    /// <summary>The versions that follow a version at once.</summary>
    public IEnumerable<RegisterVersion> After(RegisterVersion version)
    {
        var from = FirstCalledAfter(version.FirstReturn.At);
        var known = _firstKnown[from] >= 0 && _byLastCall[_firstKnown[from]] == version ? _secondKnown[from] : _firstKnown[from];
        if (known < 0)
        {
            yield break;
        }

        for (var index = from; index < _byLastCall.Count && _byLastCall[index].LastCall.At <= End(known); index++)
        {
            if (_byLastCall[index] != version && index != known)
            {
                yield return _byLastCall[index];
            }
        }

        yield return _byLastCall[known];
    }

    private long End(int index) => _byLastCall[index].FirstReturn.At;

    private int FirstCalledAfter(long time)
    {
        var low = 0;
        var high = _byLastCall.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_byLastCall[middle].LastCall.At > time)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
