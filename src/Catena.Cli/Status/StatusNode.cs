namespace Catena.Cli.Status;

/// <summary>What a node's <c>/status</c> says of one node.</summary>
internal sealed record StatusNode
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its identity.</summary>
    public string Id { get; init; } = "";

    /// <summary><c>master</c>, <c>sub-master</c>, <c>slave</c>, or <c>down</c>.</summary>
    public string Role { get; init; } = "";

    /// <summary><c>alive</c> or <c>down</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>Its process, on its own machine.</summary>
    public int Pid { get; init; }

    /// <summary>Where it is reached.</summary>
    public StatusAddresses Addresses { get; init; } = new();
}
