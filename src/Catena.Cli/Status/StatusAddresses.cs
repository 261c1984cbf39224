namespace Catena.Cli.Status;

/// <summary>Where a node is reached; null for what it does not speak.</summary>
internal sealed record StatusAddresses
{
    /// <summary>The Redis protocol.</summary>
    public string? Redis { get; init; }

    /// <summary>The Thrift protocol.</summary>
    public string? Thrift { get; init; }

    /// <summary>The table service.</summary>
    public string? Table { get; init; }

    /// <summary>The plain-text service.</summary>
    public string? Text { get; init; }

    /// <summary>Health, metrics and status.</summary>
    public string? Http { get; init; }
}
