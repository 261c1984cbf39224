using System.Globalization;

namespace Catena.Simulation.Workloads;

/// <summary>The keys that clients use: registers, counters and texts, each replaced by a fresh one once too much about it is unknown.</summary>
/// <remarks>
/// An operation of unknown outcome may take effect at any later time, so that the orders to be searched multiply with each. A key with many of them
/// shows little that one with few does not, and takes for ever to check.
/// </remarks>
/// <param name="keysOfKind">How many there are of each kind at one time.</param>
internal sealed class KeySpace(int keysOfKind)
{
    private const int MostUnknown = 12;
    private readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(char Kind, int Number), int> _generations = [];

    /// <summary>Every key that was ever used, and those that have not been.</summary>
    public IEnumerable<string> All =>
        "rnt".SelectMany(kind => Enumerable.Range(0, keysOfKind).SelectMany(number =>
            Enumerable.Range(0, GenerationOf(kind, number) + 1).Select(generation => Name(kind, number, generation))));

    /// <summary>The present key in a place.</summary>
    /// <param name="kind">r for registers, n for counters, t for texts.</param>
    /// <param name="number">Which of them.</param>
    public string KeyAt(char kind, int number) => Name(kind, number, GenerationOf(kind, number));

    /// <summary>Notes that the outcome of an operation is unknown.</summary>
    public void NoteUnknown(string key)
    {
        var count = _unknown.GetValueOrDefault(key) + 1;
        _unknown[key] = count;
        if (count == MostUnknown)
        {
            var number = int.Parse(key.AsSpan(1).ToString().Split('.')[0], CultureInfo.InvariantCulture);
            _generations[(key[0], number)] = GenerationOf(key[0], number) + 1;
        }
    }

    private int GenerationOf(char kind, int number) => _generations.GetValueOrDefault((kind, number));

    private static string Name(char kind, int number, int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}{number}{(generation == 0 ? "" : $".{generation}")}");
}
