using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>The values of one key that clients were told, and with them the values that nobody can ever be told.</summary>
/// <remarks>
/// A value that begins none of them will never be told, however much is appended to it; until it is overwritten or removed, all that matters about it is that
/// it is there, and how long it is where clients were told lengths. All such values (of one length) are therefore one to the search. Increments could make a value that was told out of one that was not, so where there are any
/// every value counts.
/// </remarks>
internal sealed class ObservedValues
{
    /// <summary>Makes up the values that stand for those that nobody can ever be told.</summary>
    private const char Mark = '\uFFFF';

    private readonly string[] _values;
    private readonly bool _tellsLengths;
    private readonly bool _distinguishes;

    /// <summary>What clients were told.</summary>
    /// <param name="operations">All operations of the key that are not known to have failed, those of unknown outcome included.</param>
    public ObservedValues(IReadOnlyList<HistoryOperation> operations)
    {
        _values = [.. operations.Select(operation => operation.Result?.Value).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _distinguishes = operations.Any(operation => operation.Command.Operation == RegisterOperation.Increment) || Array.Exists(_values, value => value.Contains(Mark, StringComparison.Ordinal));
        _tellsLengths = operations.Any(operation => operation.Result?.Length is not null);
    }

    /// <summary>The state with which the search goes on.</summary>
    public RegisterState Normalise(in RegisterState state) =>
        state.Value is null || _distinguishes || BeginsOne(state.Value)
            ? state
            : state with { Value = new string(Mark, _tellsLengths ? state.Value.Length : 1) };

    /// <summary>Whether nobody can ever be told the value of a state before it is overwritten.</summary>
    public static bool IsDead(in RegisterState state) => state.Value is [Mark, ..];

    private bool BeginsOne(string text)
    {
        // In ordinal order, what begins with a text follows it at once.
        var place = Array.BinarySearch(_values, text, StringComparer.Ordinal);
        place = place < 0 ? ~place : place;
        return place < _values.Length && _values[place].StartsWith(text, StringComparison.Ordinal);
    }
}
