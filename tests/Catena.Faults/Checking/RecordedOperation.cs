using Catena.Simulation.Histories;

namespace Catena.Faults.Checking;

/// <summary>One line of a worker's history.</summary>
/// <param name="Operation">What was asked, and how it ended.</param>
/// <param name="Error">The code of what went wrong; null where nothing did.</param>
internal sealed record RecordedOperation(HistoryOperation Operation, string? Error)
{
    /// <summary>Whether it was answered.</summary>
    public bool IsOk => Operation.Outcome == Outcome.Ok;

    /// <summary>Whether it asked to change something.</summary>
    public bool IsWrite => Operation.Command.Operation != RegisterOperation.Get;
}
