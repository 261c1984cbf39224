using System.Globalization;

namespace Catena.Simulation.Histories;

/// <summary>One operation of one client: what it asked, when, and how it ended.</summary>
/// <remarks>Times are in nanoseconds from any beginning that all of a history shares. An operation whose times overlap another's may have happened before or after it.</remarks>
/// <param name="Client">Who asked.</param>
/// <param name="Key">The key.</param>
/// <param name="Command">What was asked.</param>
/// <param name="Call">When it was asked.</param>
/// <param name="Return">When its end was known; for an unknown outcome, when the client gave up.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Result">What the client was told; null unless it was answered.</param>
public sealed record HistoryOperation(
    int Client, string Key, RegisterCommand Command, long Call, long Return, Outcome Outcome, RegisterResult? Result)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"client {Client} [{Call}, {(Outcome == Outcome.Unknown ? "?" : Return)}] {Key}: {Command} -> {(Outcome == Outcome.Ok ? Result : Outcome)}");
}
