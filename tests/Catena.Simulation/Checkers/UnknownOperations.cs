using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>The operations of one key whose outcome is unknown, and which of them could be of use at a position of the search.</summary>
/// <remarks>
/// An unknown operation is of use only if an answered one that can come next needs it: at once, or after more unknown operations that build on it.
/// Before a blind write (a put, say) it could as well never have happened. Only appends, increments and compare-and-sets build on what was there; what
/// they can make of a value is narrowly bounded, and most unknown operations are ruled out by that. Of several that are alike one is tried: they differ
/// only in being called earlier, and all of them have been called. Values of one length that nobody ever saw are alike.
/// </remarks>
internal sealed class UnknownOperations
{
    private readonly List<HistoryOperation> _operations;
    private readonly ObservedValues _observed;
    private readonly List<int> _compareAndSets;
    private readonly bool[] _seen;
    private readonly RegisterCommand[] _classes;
    private readonly bool _appends;
    private readonly bool _up;
    private readonly bool _down;

    /// <summary>The unknown operations among all, that can have an effect.</summary>
    /// <param name="operations">All operations of the key that are not known to have failed, in order of their calls.</param>
    /// <param name="observed">What clients were told.</param>
    public UnknownOperations(IReadOnlyList<HistoryOperation> operations, ObservedValues observed)
    {
        _observed = observed;
        _operations = [.. operations.Where(operation => operation.Outcome == Outcome.Unknown && RegisterModel.HasEffect(operation.Command))];
        _compareAndSets = [.. Enumerable.Range(0, Count).Where(number => Command(number).Operation == RegisterOperation.CompareAndSet)];
        _appends = Any(command => command.Operation == RegisterOperation.Append);
        _up = Any(command => command is { Operation: RegisterOperation.Increment, By: > 0 });
        _down = Any(command => command is { Operation: RegisterOperation.Increment, By: < 0 });
        var results = operations.Select(operation => operation.Result?.Value).OfType<string>().Distinct().ToList();
        _seen = [.. _operations.Select(operation => operation.Command.Value is { } value && results.Exists(result => result.Contains(value, StringComparison.Ordinal)))];
        _classes = [.. Enumerable.Range(0, Count).Select(ClassOf)];
        Used = new ulong[(Count + 63) / 64];
    }

    /// <summary>How many there are.</summary>
    public int Count => _operations.Count;

    /// <summary>A bit for each, set once it has taken effect.</summary>
    public ulong[] Used { get; }

    /// <summary>One of them.</summary>
    public HistoryOperation this[int number] => _operations[number];

    /// <summary>Marks one as having taken effect, or as not.</summary>
    public void Mark(int number, bool used)
    {
        var bit = 1UL << (number & 63);
        Used[number >> 6] = used ? Used[number >> 6] | bit : Used[number >> 6] & ~bit;
    }

    /// <summary>Adds the moves that could be of use, those first after which an answered operation fits.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="afterUnknown">Whether the last operation was an unknown one.</param>
    /// <param name="limit">Only what was called up to then can take effect now.</param>
    /// <param name="next">The answered operations that may come next.</param>
    /// <param name="bound">What these allow to be known.</param>
    /// <param name="moves">Receives the moves.</param>
    public void AddMoves(
        RegisterState state, bool afterUnknown, long limit, IReadOnlyList<HistoryOperation> next, FloorBound bound, List<SearchMove> moves)
    {
        var dependent = next.Where(operation => CouldNeed(operation, state)).ToList();
        var requirements = dependent.ConvertAll(operation => Requirement.Of(operation.Command, operation.Result!));
        var narrow = dependent.Where((_, place) => requirements[place].Kind != RequirementKind.Open).ToList();
        var alike = new HashSet<RegisterCommand>();
        var seenAndHelping = new List<SearchMove>();
        var building = new List<SearchMove>();
        for (var number = 0; number < Count && _operations[number].Call <= limit; number++)
        {
            var command = Command(number);
            if (IsUsed(number)
                || (afterUnknown && RegisterModel.IsBlind(command, null))
                || !RegisterModel.TryApply(state, command, null, out var after)
                || !bound.Allows(-1, after))
            {
                continue;
            }

            after = _observed.Normalise(after);
            if (after == state)
            {
                continue;
            }

            // A value that nobody sees is no better to build on than the one that is there.
            var served = state.Value is not null && ObservedValues.IsDead(after) ? narrow : dependent;
            var move = new SearchMove(number, true, after);
            if (served.Exists(operation => RegisterModel.TryApply(after, operation.Command, operation.Result, out _)))
            {
                // A value that somebody saw is likely to be needed elsewhere, so others are tried before it.
                AddUnlike(alike, _classes[number], move, _seen[number] ? seenAndHelping : moves);
            }
            else if (requirements.Exists(requirement => CanLead(after, requirement, limit)))
            {
                AddUnlike(alike, _classes[number], move, building);
            }
        }

        moves.AddRange(seenAndHelping);
        moves.AddRange(building);
    }

    /// <summary>Whether an unknown operation just before an answered one can matter: not before a blind write, nor where that fits and ends as well without.</summary>
    private static bool CouldNeed(HistoryOperation operation, in RegisterState state) =>
        !RegisterModel.IsBlind(operation.Command, operation.Result)
        && (Requirement.Of(operation.Command, operation.Result!).Kind is RequirementKind.Open or RequirementKind.Length
            || !RegisterModel.TryApply(state, operation.Command, operation.Result, out _));

    private static void AddUnlike(HashSet<RegisterCommand> alike, RegisterCommand command, SearchMove move, List<SearchMove> target)
    {
        if (alike.Add(command))
        {
            target.Add(move);
        }
    }

    /// <summary>Whether further unknown operations could turn a state into one that fits a requirement.</summary>
    private bool CanLead(in RegisterState state, Requirement requirement, long limit)
    {
        if (requirement.Kind == RequirementKind.Length)
        {
            return (_appends && (state.Value?.Length ?? 0) <= requirement.Length)
                || _compareAndSets.Exists(number => !IsUsed(number) && Command(number).Value!.Length <= requirement.Length);
        }

        if (requirement.Kind != RequirementKind.Exact)
        {
            return requirement.Kind == RequirementKind.Open && (_appends || _up || _down || _compareAndSets.Count > 0);
        }

        if ((_appends && requirement.AppendsCanReach(state.Value))
            || ((_up || _down) && requirement.IncrementsCanReach(state.Value, _up, _down)))
        {
            return true;
        }

        foreach (var number in _compareAndSets)
        {
            var value = Command(number).Value;
            if (!IsUsed(number)
                && _operations[number].Call <= limit
                && (value == requirement.Value
                    || (_appends && requirement.AppendsCanReach(value))
                    || ((_up || _down) && requirement.IncrementsCanReach(value, _up, _down))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A command that stands for all that are alike; a number counts as seen, since an increment may have hidden it.</summary>
    private RegisterCommand ClassOf(int number)
    {
        var command = Command(number);
        return command.Value is null || _seen[number] || Int128.TryParse(command.Value, out _) ? command : command with { Value = new string('\0', command.Value.Length) };
    }

    private bool IsUsed(int number) => ((Used[number >> 6] >> (number & 63)) & 1) != 0;

    private RegisterCommand Command(int number) => _operations[number].Command;

    private bool Any(Func<RegisterCommand, bool> condition) => _operations.Exists(operation => condition(operation.Command));
}
