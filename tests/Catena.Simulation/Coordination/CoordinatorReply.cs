namespace Catena.Simulation.Coordination;

/// <summary>What the coordinator answered.</summary>
/// <param name="Error">How it ended.</param>
public sealed record CoordinatorReply(CoordinatorError Error)
{
    /// <summary>The znode's data, for reads.</summary>
    public string? Data { get; init; }

    /// <summary>The znode's version after the request.</summary>
    public int Version { get; init; }

    /// <summary>The transaction that last changed the znode's data.</summary>
    public long ModifiedZxid { get; init; }

    /// <summary>The path that was created.</summary>
    public string? Path { get; init; }

    /// <summary>The session that the znode goes with; 0 for none, and for writes.</summary>
    public ulong Owner { get; init; }

    /// <summary>For several reads: their answers.</summary>
    public IReadOnlyList<CoordinatorReply>? Parts { get; init; }

    /// <summary>For several writes of which one failed: which, from 0.</summary>
    public int? FailedPart { get; init; }

    /// <summary>The children's names in ordinal order; of a session's ephemeral znodes, the whole paths.</summary>
    public IReadOnlyList<string>? Children { get; init; }
}
