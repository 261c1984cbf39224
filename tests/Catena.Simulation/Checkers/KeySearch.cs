using System.Globalization;
using System.Text;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>The search for an order that explains one key's history.</summary>
/// <remarks>
/// <para>
/// Depth first: an operation may take effect next if it was called before the first return that is still ahead. These rules keep the search small without
/// losing an order:
/// </para>
/// <list type="number">
/// <item>A read that fits now takes effect now, and nothing else is tried; nothing is lost by not waiting.</item>
/// <item>Operations of unknown outcome come last, and only where what follows depends on them (<see cref="UnknownOperations" />).</item>
/// <item>Nothing is tried that makes known a version newer than one that is still to be seen (<see cref="FloorBound" />).</item>
/// <item>Values that nobody can be told any more count as one (<see cref="ObservedValues" />).</item>
/// <item>A position is left if one at least as good was there before (<see cref="VisitedSet" />).</item>
/// </list>
/// </remarks>
internal sealed class KeySearch
{
    private readonly string _key;
    private readonly long _stepLimit;
    private readonly List<HistoryOperation> _answered;
    private readonly UnknownOperations _unknown;
    private readonly ObservedValues _observed;
    private readonly AnsweredList _ahead;
    private readonly UInt128[] _marks;
    private readonly VisitedSet _visited = new();
    private readonly StateTable _states = new();
    private readonly Stack<SearchFrame> _path = new();
    private readonly List<int> _candidates = [];
    private UInt128 _done;
    private int _depth;
    private int _bestDepth = -1;
    private bool _bestIsSaved = true;
    private string _bestText = "";
    private List<HistoryOperation> _bestOrder = [];
    private long _steps;

    /// <summary>A search that has not begun.</summary>
    /// <param name="key">The key.</param>
    /// <param name="operations">Its operations, in any order.</param>
    /// <param name="stepLimit">The most steps to take.</param>
    public KeySearch(string key, IEnumerable<HistoryOperation> operations, long stepLimit)
    {
        _key = key;
        _stepLimit = stepLimit;
        var all = operations.Where(operation => operation.Outcome != Outcome.Fail).OrderBy(operation => operation.Call).ToList();
        _answered = [.. all
            .Where(operation => operation.Outcome == Outcome.Ok)
            .Select(operation => operation.Result is null ? operation with { Result = RegisterResult.Done } : operation)];
        _observed = new ObservedValues(all);
        _unknown = new UnknownOperations(all, _observed);
        _ahead = new AnsweredList(_answered);
        var random = new Prng(1);
        _marks = new UInt128[_answered.Count];
        for (var operation = 0; operation < _marks.Length; operation++)
        {
            _marks[operation] = new UInt128(random.NextUInt64(), random.NextUInt64());
        }
    }

    /// <summary>Searches.</summary>
    public KeyReport Run()
    {
        Enter(new SearchFrame { State = RegisterModel.Initial });
        while (_path.TryPeek(out var frame))
        {
            if (_ahead.IsEmpty)
            {
                return new KeyReport(_key, Verdict.Linearizable, _steps, CurrentOrder(), "");
            }

            if (!TryNextMove(frame, out var move))
            {
                SaveBest(frame);
                Leave(frame);
                continue;
            }

            if (++_steps > _stepLimit)
            {
                SaveBest(frame);
                return new KeyReport(
                    _key, Verdict.OutOfSteps, _steps, _bestOrder, $"key {_key}: undecided after {_stepLimit} steps\n{_bestText}");
            }

            Follow(move);
        }

        return new KeyReport(_key, Verdict.Violation, _steps, _bestOrder, $"key {_key}: no order explains the history\n{_bestText}");
    }

    private void Follow(in SearchMove move)
    {
        Take(move);
        if (_visited.Add(_done, _states.NumberOf(move.Next), _unknown.Used, move.Unknown))
        {
            Enter(new SearchFrame { Reached = move, State = move.Next });
        }
        else
        {
            Undo(move);
        }
    }

    private void Enter(SearchFrame frame)
    {
        _path.Push(frame);
        if (_depth > _bestDepth)
        {
            _bestDepth = _depth;
            _bestIsSaved = false;
        }

        AddAnswered(frame);
    }

    private void Leave(SearchFrame frame)
    {
        _path.Pop();
        if (frame.Reached is { } move)
        {
            Undo(move);
        }
    }

    private bool TryNextMove(SearchFrame frame, out SearchMove move)
    {
        if (frame.Tried == frame.Moves.Count && !frame.UnknownAdded)
        {
            frame.UnknownAdded = true;
            AddUnknown(frame);
        }

        if (frame.Tried == frame.Moves.Count)
        {
            move = default;
            return false;
        }

        move = frame.Moves[frame.Tried++];
        return true;
    }

    private void Take(in SearchMove move)
    {
        if (move.Unknown)
        {
            _unknown.Mark(move.Operation, used: true);
            return;
        }

        _ahead.Lift(move.Operation);
        _done ^= _marks[move.Operation];
        _depth++;
    }

    private void Undo(in SearchMove move)
    {
        if (move.Unknown)
        {
            _unknown.Mark(move.Operation, used: false);
            return;
        }

        _ahead.PutBack(move.Operation);
        _done ^= _marks[move.Operation];
        _depth--;
    }

    private void AddAnswered(SearchFrame frame)
    {
        _candidates.Clear();
        _ahead.AddCandidates(_candidates);
        var afterUnknown = frame.Reached is { Unknown: true };
        var bound = BoundOfCandidates();
        foreach (var candidate in _candidates)
        {
            var operation = _answered[candidate];
            if (afterUnknown && RegisterModel.IsBlind(operation.Command, operation.Result))
            {
                continue;
            }

            if (!RegisterModel.TryApply(frame.State, operation.Command, operation.Result, out var next) || !bound.Allows(candidate, next))
            {
                continue;
            }

            next = _observed.Normalise(next);

            if (next == frame.State && RegisterModel.IsRead(operation.Command, operation.Result!))
            {
                frame.Moves.Clear();
                frame.Moves.Add(new SearchMove(candidate, false, next));
                frame.UnknownAdded = true;
                return;
            }

            frame.Moves.Add(new SearchMove(candidate, false, next));
        }
    }

    private void AddUnknown(SearchFrame frame)
    {
        if (_unknown.Count == 0)
        {
            return;
        }

        _candidates.Clear();
        _ahead.AddCandidates(_candidates);
        var next = _candidates.ConvertAll(candidate => _answered[candidate]);
        _unknown.AddMoves(frame.State, frame.Reached is { Unknown: true }, _ahead.FirstReturn, next, BoundOfCandidates(), frame.Moves);
    }

    private FloorBound BoundOfCandidates()
    {
        var bound = new FloorBound();
        foreach (var candidate in _candidates)
        {
            bound.Add(candidate, _answered[candidate]);
        }

        return bound;
    }

    private List<HistoryOperation> CurrentOrder() =>
        [.. _path.Reverse().Where(frame => frame.Reached is not null).Select(frame => OperationOf(frame.Reached!.Value))];

    private HistoryOperation OperationOf(SearchMove move) => move.Unknown ? _unknown[move.Operation] : _answered[move.Operation];

    private void SaveBest(SearchFrame frame)
    {
        if (_bestIsSaved || _depth != _bestDepth)
        {
            return;
        }

        _bestIsSaved = true;
        _bestOrder = CurrentOrder();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"  {_answered.Count} answered, {_unknown.Count} unknown; the longest order explains {_depth} and ends\n");
        foreach (var operation in _bestOrder.TakeLast(8))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {operation}\n");
        }

        var state = frame.State;
        text.Append(CultureInfo.InvariantCulture, $"  leaving {state.Value ?? "absent"} @{state.Version?.ToString() ?? "?"}; none of these fits next\n");
        _candidates.Clear();
        _ahead.AddCandidates(_candidates);
        foreach (var candidate in _candidates.Take(8))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {_answered[candidate]}\n");
        }

        _bestText = text.ToString();
    }
}
