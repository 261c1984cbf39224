namespace Catena.Simulation.Workloads.Transactions;

/// <summary>A key that must still be as its client has read it, or a transaction is not carried out.</summary>
/// <param name="Key">The key.</param>
/// <param name="Seen">What the client has read there.</param>
public sealed record WatchedKey(string Key, KeyRead Seen)
{
    /// <inheritdoc />
    public override string ToString() => $"{Key} being {Seen} of {Seen.Version}";
}
