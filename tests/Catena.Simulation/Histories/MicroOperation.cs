using System.Globalization;

namespace Catena.Simulation.Histories;

/// <summary>One step of a transaction: a read, an append to a list or a write to a register.</summary>
/// <remarks>
/// A history is either of lists (appends and reads of lists) or of registers (writes and reads of values). A read without a list and without a
/// value found nothing, if its transaction's outcome is <see cref="Outcome.Ok" />; otherwise nobody knows what it found.
/// </remarks>
public sealed record MicroOperation
{
    private const int MostShown = 12;
    private const int ShownAtEachEnd = 4;

    private MicroOperation(MicroOperationKind kind, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Kind = kind;
        Key = key;
    }

    /// <summary>What it does.</summary>
    public MicroOperationKind Kind { get; }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>What is appended or written, or the value that a read of a register found; null for a read that found none.</summary>
    public long? Value { get; private init; }

    /// <summary>The list that a read found; null for everything else.</summary>
    public IReadOnlyList<long>? List { get; private init; }

    /// <summary>Appends a value, which nothing else in the history appends to this key.</summary>
    public static MicroOperation Append(string key, long value) => new(MicroOperationKind.Append, key) { Value = value };

    /// <summary>Writes a value, which nothing else in the history writes to this key.</summary>
    public static MicroOperation Write(string key, long value) => new(MicroOperationKind.Write, key) { Value = value };

    /// <summary>A read that found nothing, or of which nobody knows what it found.</summary>
    public static MicroOperation Read(string key) => new(MicroOperationKind.Read, key);

    /// <summary>A read of a list.</summary>
    public static MicroOperation ReadList(string key, params IReadOnlyList<long> found) => new(MicroOperationKind.Read, key) { List = found };

    /// <summary>A read of a register.</summary>
    /// <param name="key">The key.</param>
    /// <param name="found">What it found; null for nothing.</param>
    public static MicroOperation ReadValue(string key, long? found) => new(MicroOperationKind.Read, key) { Value = found };

    /// <summary>The same step without what a read found.</summary>
    public MicroOperation Unanswered() => Kind == MicroOperationKind.Read ? Read(Key) : this;

    /// <inheritdoc />
    public bool Equals(MicroOperation? other) =>
        other is not null && Kind == other.Kind && string.Equals(Key, other.Key, StringComparison.Ordinal) && Value == other.Value
        && (List is null ? other.List is null : other.List is not null && List.SequenceEqual(other.List));

    /// <inheritdoc />
    public override int GetHashCode() => (((int)Kind * 31) + StringComparer.Ordinal.GetHashCode(Key)) * 31 + (Value ?? List?.Count ?? -1).GetHashCode();

    /// <summary>The step as in the text format, for people: long lists are shortened.</summary>
    public override string ToString() => Kind switch
    {
        MicroOperationKind.Append => string.Create(CultureInfo.InvariantCulture, $"[:append {Key} {Value}]"),
        MicroOperationKind.Write => string.Create(CultureInfo.InvariantCulture, $"[:w {Key} {Value}]"),
        _ => string.Create(CultureInfo.InvariantCulture, $"[:r {Key} {(List is { } list ? $"[{Shown(list)}]" : Value?.ToString(CultureInfo.InvariantCulture) ?? "nil")}]"),
    };

    private static string Shown(IReadOnlyList<long> list) => list.Count <= MostShown
        ? string.Join(' ', list)
        : $"{string.Join(' ', list.Take(ShownAtEachEnd))} ... {string.Join(' ', list.Skip(list.Count - ShownAtEachEnd))}";
}
