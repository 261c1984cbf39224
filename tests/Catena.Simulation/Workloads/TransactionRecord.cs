using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads;

/// <summary>One transaction as its client saw it.</summary>
/// <param name="Client">The client.</param>
/// <param name="Steps">What was asked.</param>
/// <param name="Call">When it was asked, in nanoseconds; no two calls or returns have the same time.</param>
public sealed record TransactionRecord(int Client, IReadOnlyList<TransactionStep> Steps, long Call)
{
    /// <summary>When it ended for the client.</summary>
    public long Return { get; set; } = long.MaxValue;

    /// <summary>How.</summary>
    public Outcome Outcome { get; set; } = Outcome.Unknown;

    /// <summary>What each step that reads has read; null where that is not known.</summary>
    public IReadOnlyList<string?>? Read { get; set; }
}
