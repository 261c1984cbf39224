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

    /// <summary>A node answered with an error.</summary>
    /// <remarks>By its first word, which for an outcome that is open is <c>UNKNOWN</c>; every other error promises that nothing happened.</remarks>
    /// <param name="text">The error's text.</param>
    public static BenchReply Refused(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        var word = end < 0 ? text : text[..end];
        var outcome = word.TrimEnd(':') == "UNKNOWN" ? OperationOutcome.Unknown : OperationOutcome.Fail;
        return new(outcome, word is "ERR" ? text : word, false, default);
    }
}
