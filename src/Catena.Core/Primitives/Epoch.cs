using System.Globalization;

namespace Catena.Core.Primitives;

/// <summary>The number of a partition's configuration; it fences everything that an older configuration sends.</summary>
/// <remarks>Epochs of one partition only grow, at each change of its configuration: by one, or further where that was asked for. Zero is "before the first".</remarks>
/// <param name="Value">The number.</param>
public readonly record struct Epoch(ulong Value) : IComparable<Epoch>
{
    /// <summary>The epoch before the first configuration.</summary>
    public static Epoch None => default;

    /// <summary>The epoch of the configuration that follows this one's.</summary>
    public Epoch Next => new(checked(Value + 1));

    /// <inheritdoc />
    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether <paramref name="left" /> is older.</summary>
    public static bool operator <(Epoch left, Epoch right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left" /> is newer.</summary>
    public static bool operator >(Epoch left, Epoch right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left" /> is older or the same.</summary>
    public static bool operator <=(Epoch left, Epoch right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left" /> is newer or the same.</summary>
    public static bool operator >=(Epoch left, Epoch right) => left.Value >= right.Value;
}
