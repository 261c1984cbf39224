namespace Catena.Simulation.Checkers;

/// <summary>Numbers states, so that equal ones are compared and stored as numbers.</summary>
internal sealed class StateTable
{
    private readonly Dictionary<RegisterState, int> _numbers = [];

    /// <summary>The number of a state; equal states have equal numbers.</summary>
    public int NumberOf(in RegisterState state)
    {
        if (!_numbers.TryGetValue(state, out var number))
        {
            number = _numbers.Count;
            _numbers.Add(state, number);
        }

        return number;
    }
}
