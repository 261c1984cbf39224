namespace Catena.Cli.Status;

/// <summary>What a node's <c>/status</c> says of one partition.</summary>
internal sealed record StatusPartition
{
    /// <summary>Its number.</summary>
    public int Partition { get; init; }

    /// <summary>The epoch of its configuration; null where it has none yet.</summary>
    public ulong? Epoch { get; init; }

    /// <summary>Who sends to whom.</summary>
    public string Mode { get; init; } = "";

    /// <summary>The members' identities in order; the first proposes.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>The learners' identities.</summary>
    public IReadOnlyList<string> Learners { get; init; } = [];

    /// <summary>Whether there is a configuration.</summary>
    public bool IsPlaced => Members.Count > 0;
}
