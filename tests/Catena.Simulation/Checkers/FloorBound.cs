using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>The newest version that a state may know, if the answered operations that are still ahead are to find their place.</summary>
/// <remarks>Where results name versions, this all but decides the order, and a wrong turn ends at once.</remarks>
internal struct FloorBound
{
    private Lsn? _lowest;
    private Lsn? _second;
    private int _owner;

    /// <summary>Takes an operation into account.</summary>
    public void Add(int number, HistoryOperation operation)
    {
        if (RegisterModel.NewestFloor(operation.Command, operation.Result!) is not { } bound)
        {
            return;
        }

        if (_lowest is null || bound < _lowest)
        {
            _second = _lowest;
            _lowest = bound;
            _owner = number;
        }
        else if (_second is null || bound < _second)
        {
            _second = bound;
        }
    }

    /// <summary>Whether the others still find their place after one operation.</summary>
    /// <param name="number">The operation; -1 for one of unknown outcome.</param>
    /// <param name="after">The state after it.</param>
    public readonly bool Allows(int number, in RegisterState after)
    {
        var bound = number == _owner && _lowest is not null ? _second : _lowest;
        return bound is not { } newest || after.Floor <= newest;
    }
}
