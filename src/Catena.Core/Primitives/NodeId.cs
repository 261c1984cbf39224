using System.Globalization;

namespace Catena.Core.Primitives;

/// <summary>The identity of one node: drawn once when its data directory is initialised, and never reused.</summary>
/// <remarks>A node whose disk was replaced is a new node with a new id. Zero is "no node". Printed as 16 hexadecimal digits.</remarks>
/// <param name="Value">The 64 bits of the id.</param>
public readonly record struct NodeId(ulong Value) : IComparable<NodeId>
{
    /// <summary>The id that no node has.</summary>
    public static NodeId None => default;

    /// <inheritdoc />
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads the 16 hexadecimal digits that <see cref="ToString" /> prints.</summary>
    /// <param name="text">The digits.</param>
    /// <exception cref="FormatException"><paramref name="text" /> is not a hexadecimal number of at most 64 bits.</exception>
    public static NodeId Parse(string text) => new(ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>Orders by value; the order means nothing but is the same everywhere.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    /// <summary>Orders by value; the order means nothing but is the same everywhere.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    /// <summary>Orders by value; the order means nothing but is the same everywhere.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    /// <summary>Orders by value; the order means nothing but is the same everywhere.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
