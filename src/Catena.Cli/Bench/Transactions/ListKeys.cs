using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Transactions;

/// <summary>The lists that all threads of a load append to and read.</summary>
/// <remarks>
/// A list that has got its share of values gives its place to a new one: a read tells the whole list, so that lists that only grow would soon
/// be all that a load and its history consist of. Some reads go to the list before, so that its last values are seen. Thread-safe.
/// </remarks>
/// <param name="count">How many lists are in use at a time.</param>
internal sealed class ListKeys(int count)
{
    /// <summary>How many values are sent to a list before another takes its place.</summary>
    public const int ValuesEach = 64;

    private const double ShareOfFormer = 0.1;

    private readonly Lock _gate = new();
    private readonly int[] _present = [.. Enumerable.Range(0, count)];
    private readonly int[] _former = [.. Enumerable.Range(0, count)];
    private readonly int[] _values = new int[count];
    private int _next = count;

    /// <summary>A list to read.</summary>
    public int DrawToRead(Prng random)
    {
        var place = random.Next(_present.Length);
        var isFormer = random.Chance(ShareOfFormer);
        lock (_gate)
        {
            return isFormer ? _former[place] : _present[place];
        }
    }

    /// <summary>A list to append one value to.</summary>
    public int DrawToAppend(Prng random)
    {
        var place = random.Next(_present.Length);
        lock (_gate)
        {
            if (_values[place] == ValuesEach)
            {
                _former[place] = _present[place];
                _present[place] = _next++;
                _values[place] = 0;
            }

            _values[place]++;
            return _present[place];
        }
    }
}
