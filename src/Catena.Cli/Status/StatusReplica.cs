namespace Catena.Cli.Status;

/// <summary>What a node's <c>/status</c> says of one of its replicas.</summary>
internal sealed record StatusReplica
{
    /// <summary>The partition's number.</summary>
    public int Partition { get; init; }

    /// <summary>What the replica is about; <c>serving</c> is the goal of a first member.</summary>
    public string Phase { get; init; } = "";
}
