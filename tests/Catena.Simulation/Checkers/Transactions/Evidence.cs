namespace Catena.Simulation.Checkers.Transactions;

/// <summary>What a dependency is known from.</summary>
/// <param name="Kind">How it is known.</param>
/// <param name="Key">The key; empty for real time.</param>
/// <param name="Older">The version that the first transaction wrote or read; null for "absent".</param>
/// <param name="Newer">The version that the second wrote.</param>
internal readonly record struct Evidence(EvidenceKind Kind, string Key, long? Older = null, long? Newer = null)
{
    /// <summary>Where other transactions tell the order of versions: the place of the one that saw or wrote the older one early.</summary>
    public int Earlier { get; init; }

    /// <summary>And that of the one that saw or wrote the newer one late.</summary>
    public int Later { get; init; }
}
