namespace Catena.Simulation.Scheduling;

/// <summary>A broken promise that a checker saw.</summary>
/// <param name="Rule">The name of the promise, short and the same each time, as in <c>linearizability</c>.</param>
/// <param name="Detail">What was seen, for whoever has to find the cause.</param>
/// <param name="At">Virtual time in nanoseconds.</param>
public sealed record Violation(string Rule, string Detail, long At)
{
    /// <inheritdoc />
    public override string ToString() => $"[{Duration.Print(At)}] {Rule}: {Detail}";
}
