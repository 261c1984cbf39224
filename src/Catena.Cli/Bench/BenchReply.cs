namespace Catena.Cli.Bench;

/// <summary>The answer to one operation, as a view of what was received.</summary>
internal readonly ref struct BenchReply
{
    private BenchReply(OperationOutcome outcome, string? error, bool isFound, ReadOnlySpan<byte> value)
    {
        Outcome = outcome;
        Error = error;
        IsFound = isFound;
        Value = value;
    }

    /// <summary>How it ended.</summary>
    public OperationOutcome Outcome { get; }

    /// <summary>The kind of error, to count; null where it is ok.</summary>
    public string? Error { get; }

    /// <summary>Whether a read found its key.</summary>
    public bool IsFound { get; }

    /// <summary>What a read found.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>A write was done.</summary>
    public static BenchReply Written() => new(OperationOutcome.Ok, null, false, default);

    /// <summary>A read found a value.</summary>
    public static BenchReply Found(ReadOnlySpan<byte> value) => new(OperationOutcome.Ok, null, true, value);

    /// <summary>A read found nothing.</summary>
    public static BenchReply Absent() => new(OperationOutcome.Ok, null, false, default);

    /// <summary>It failed with an error that promises that nothing happened.</summary>
    /// <param name="kind">The kind of error, to count.</param>
    public static BenchReply Failed(string kind) => new(OperationOutcome.Fail, kind, false, default);

    /// <summary>Nobody can tell how it ended.</summary>
    /// <param name="kind">The kind of error, to count.</param>
    public static BenchReply Open(string kind) => new(OperationOutcome.Unknown, kind, false, default);
}
