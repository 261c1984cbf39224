namespace Catena.Cli.Bench;

/// <summary>One operation for a history.</summary>
internal readonly ref struct HistoryEntry
{
    /// <summary>Who asked; a client that does not know the end of its operation is not heard of again.</summary>
    public required int Client { get; init; }

    /// <summary>The key.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Whether it is a get; else it is a put.</summary>
    public required bool IsRead { get; init; }

    /// <summary>What a put wrote, or what a get found.</summary>
    public required ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Whether a get found the key.</summary>
    public bool IsFound { get; init; }

    /// <summary>When it was sent, in nanoseconds.</summary>
    public required long Call { get; init; }

    /// <summary>When it was answered or given up, in nanoseconds.</summary>
    public required long Return { get; init; }

    /// <summary>How it ended.</summary>
    public required OperationOutcome Outcome { get; init; }
}
