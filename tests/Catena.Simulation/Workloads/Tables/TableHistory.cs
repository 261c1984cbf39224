using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads.Tables;

/// <summary>What all clients of named tables saw, brought into the form of registers, one for each key of each name.</summary>
/// <remarks>
/// A register is absent where there is no table, holds <see cref="NoKey" /> where there is one that has not the key, and the key's value otherwise. To create a table is to set all its registers, each if it is absent; to drop it
/// is to delete them; a put sets a register that must be there. So a value of a dropped table that shows in the next one of its name, a write that was acknowledged and is not there, and a write that was acknowledged for a
/// table that was gone by then, each leave a register without any order that explains it.
/// </remarks>
internal sealed class TableHistory
{
    private const string NoKey = "(none)";

    private readonly List<HistoryOperation> _operations = [];

    /// <summary>Notes a request that has ended.</summary>
    /// <param name="client">Who asked.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="keys">The keys that a request for the whole table concerns.</param>
    /// <param name="call">When it was asked.</param>
    /// <param name="return">When its end was known.</param>
    /// <param name="answer">How it ended.</param>
    internal void Note(int client, TableRequest request, IEnumerable<string> keys, long call, long @return, TableAnswer answer)
    {
        foreach (var key in request.Key.Length == 0 ? keys : [request.Key])
        {
            var (command, result) = Read(request, answer);
            _operations.Add(new HistoryOperation(client, $"{request.Table}/{key}", command, call, @return, answer.Outcome, answer.Outcome == Outcome.Ok ? result : null));
        }
    }

    /// <summary>Judges it.</summary>
    /// <param name="stepLimit">The most steps to take for one key.</param>
    internal LinearizabilityReport Check(long stepLimit) => new LinearizabilityChecker(stepLimit).Check(_operations);

    private static (RegisterCommand Command, RegisterResult Result) Read(TableRequest request, TableAnswer answer) => request.Action switch
    {
        TableAction.Create => (RegisterCommand.CompareAndSet(null, NoKey), new RegisterResult { Applied = !answer.IsThere }),
        TableAction.Drop => (RegisterCommand.Delete, new RegisterResult { Found = answer.IsThere }),
        TableAction.Put when answer is { Outcome: Outcome.Ok, IsThere: false } => (RegisterCommand.Get, new RegisterResult { Found = false }),
        TableAction.Put => (RegisterCommand.Put(request.Value), new RegisterResult { Found = true }),
        _ => (RegisterCommand.Get, answer.IsThere ? new RegisterResult { Found = true, Value = answer.Value ?? NoKey } : new RegisterResult { Found = false }),
    };
}
