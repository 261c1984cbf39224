namespace Catena.Server.Coordination.Documents;

/// <summary>What a znode below <c>partitions/</c> holds; nodes in 16 hexadecimal digits.</summary>
internal sealed record ConfigurationDocument
{
    /// <summary>The configuration's number.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>The name of its mode of replication.</summary>
    public required string Mode { get; init; }

    /// <summary>The members in their order.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>The learners.</summary>
    public IReadOnlyList<string> Learners { get; set; } = [];

    /// <summary>How often an operator has recovered the partition with possible loss.</summary>
    public uint Generation { get; set; }

    /// <summary>The newest epoch whose members were at least min-in-sync.</summary>
    public ulong InSyncEpoch { get; set; }

    /// <summary>The members of that epoch.</summary>
    public IReadOnlyList<string> InSyncMembers { get; set; } = [];
}
