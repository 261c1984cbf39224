using Catena.Core.Primitives;

namespace Catena.Simulation.Histories;

/// <summary>An operation on one key with its arguments.</summary>
/// <param name="Operation">Which one.</param>
public sealed record RegisterCommand(RegisterOperation Operation)
{
    /// <summary>The value to set or to append.</summary>
    public string? Value { get; init; }

    /// <summary>What to add; for increments.</summary>
    public long By { get; init; }

    /// <summary>The version the key must have; null for "absent". For compare-and-set.</summary>
    public Lsn? Expected { get; init; }

    /// <summary>Reads the key.</summary>
    public static RegisterCommand Get { get; } = new(RegisterOperation.Get);

    /// <summary>Removes the key.</summary>
    public static RegisterCommand Delete { get; } = new(RegisterOperation.Delete);

    /// <summary>Sets the value.</summary>
    public static RegisterCommand Put(string value) => new(RegisterOperation.Put) { Value = value };

    /// <summary>Sets the value if the key has a version, or is absent.</summary>
    /// <param name="expected">The version; null for absence.</param>
    /// <param name="value">The value.</param>
    public static RegisterCommand CompareAndSet(Lsn? expected, string value) =>
        new(RegisterOperation.CompareAndSet) { Expected = expected, Value = value };

    /// <summary>Adds to the value.</summary>
    public static RegisterCommand Increment(long by) => new(RegisterOperation.Increment) { By = by };

    /// <summary>Adds to the end of the value.</summary>
    public static RegisterCommand Append(string value) => new(RegisterOperation.Append) { Value = value };

    /// <inheritdoc />
    public override string ToString() => Operation switch
    {
        RegisterOperation.Get => "get",
        RegisterOperation.Delete => "delete",
        RegisterOperation.Put => $"put {Value}",
        RegisterOperation.CompareAndSet => $"cas {Expected?.ToString() ?? "absent"} {Value}",
        RegisterOperation.Increment => FormattableString.Invariant($"incr {By}"),
        _ => $"append {Value}",
    };
}
