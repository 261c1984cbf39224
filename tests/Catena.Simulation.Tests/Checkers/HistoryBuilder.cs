using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Checkers;

/// <summary>Writes histories of one key in a readable way.</summary>
internal sealed class HistoryBuilder
{
    private readonly List<HistoryOperation> _operations = [];

    public IReadOnlyList<HistoryOperation> Operations => _operations;

    public static Lsn Version(ulong sequence) => new(new Epoch(1), sequence);

    public HistoryBuilder Put(long call, long end, string value, ulong? version = null) =>
        Add(call, end, RegisterCommand.Put(value), new RegisterResult { Version = version is { } told ? Version(told) : null });

    public HistoryBuilder Get(long call, long end, string? value, ulong? version = null) =>
        Add(call, end, RegisterCommand.Get, new RegisterResult { Found = value is not null, Value = value, Version = version is { } told ? Version(told) : null });

    public HistoryBuilder Delete(long call, long end, bool? found = null) => Add(call, end, RegisterCommand.Delete, new RegisterResult { Found = found });

    public HistoryBuilder Cas(long call, long end, ulong? expected, string value, bool applied, ulong? version = null) => Add(
        call,
        end,
        RegisterCommand.CompareAndSet(expected is { } number ? Version(number) : null, value),
        new RegisterResult { Applied = applied, Version = version is { } told ? Version(told) : null });

    public HistoryBuilder Increment(long call, long end, long by, string? value) =>
        Add(call, end, RegisterCommand.Increment(by), value is null ? new RegisterResult { Applied = false } : new RegisterResult { Value = value });

    public HistoryBuilder Append(long call, long end, string text, string? value) =>
        Add(call, end, RegisterCommand.Append(text), new RegisterResult { Value = value });

    public HistoryBuilder Unknown(long call, RegisterCommand command)
    {
        _operations.Add(new HistoryOperation(_operations.Count, "k", command, call, call, Outcome.Unknown, null));
        return this;
    }

    public HistoryBuilder Failed(long call, long end, RegisterCommand command)
    {
        _operations.Add(new HistoryOperation(_operations.Count, "k", command, call, end, Outcome.Fail, null));
        return this;
    }

    private HistoryBuilder Add(long call, long end, RegisterCommand command, RegisterResult result)
    {
        _operations.Add(new HistoryOperation(_operations.Count, "k", command, call, end, Outcome.Ok, result));
        return this;
    }
}
