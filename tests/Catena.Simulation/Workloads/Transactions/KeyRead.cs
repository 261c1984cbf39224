using Catena.Core.Primitives;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What a client has read at a key.</summary>
/// <param name="Value">The text there; null where there is none.</param>
/// <param name="Version">Its version; zero where there is none, and for what the same transaction has written.</param>
public readonly record struct KeyRead(string? Value, Lsn Version)
{
    /// <summary>What a scan has found; null for the read of one key.</summary>
    public RangeRead? Range { get; init; }

    /// <inheritdoc />
    public override string ToString() => Range?.ToString() ?? Value ?? "nothing";
}
