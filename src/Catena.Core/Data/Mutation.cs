namespace Catena.Core.Data;

/// <summary>One plain change of a partition's state; applying it twice is applying it once.</summary>
/// <remarks>Borrowed: it points into the entry that it was read from or the request that it is written for.</remarks>
public readonly ref struct Mutation
{
    /// <summary>What the mutation does.</summary>
    public MutationKind Kind { get; init; }

    /// <summary>The stored key (<see cref="StoredKey" />), or a prefix of stored keys.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The new value, where <see cref="Kind" /> is <see cref="MutationKind.Put" />.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>When the key expires, in milliseconds since 1970 UTC; 0 for never.</summary>
    public long Expiry { get; init; }
}
