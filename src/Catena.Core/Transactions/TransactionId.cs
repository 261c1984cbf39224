using System.Buffers.Binary;
using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>One attempt of one transaction; the lower is the older, and has its way where two want the same keys.</summary>
/// <remarks>
/// The age is what wound-wait orders by (Rosenkrantz, Stearns and Lewis, "System level concurrency control for distributed database systems", TODS 3(2), 1978,
/// section 3): a transaction that is tried again keeps its start and so becomes the oldest in time, whatever the clocks of the nodes are worth. Safety does not hang on it.
/// Node, incarnation and number together are never used twice.
/// </remarks>
/// <param name="Start">When the transaction began, in microseconds since 1970 UTC by the clock of its node; the same in all attempts.</param>
/// <param name="Node">The node that coordinates it.</param>
/// <param name="Incarnation">The node's life.</param>
/// <param name="Number">The how-manieth attempt of any transaction it is in that life.</param>
public readonly record struct TransactionId(ulong Start, NodeId Node, ulong Incarnation, ulong Number) : IComparable<TransactionId>
{
    /// <summary>The length of the byte form.</summary>
    public const int Length = 32;

    /// <summary>Whether this is no transaction.</summary>
    public bool IsNone => Number == 0;

    /// <summary>Reads the byte form.</summary>
    /// <param name="source"><see cref="Length" /> bytes.</param>
    public static TransactionId Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64BigEndian(source),
        new NodeId(BinaryPrimitives.ReadUInt64BigEndian(source[8..])),
        BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(source[24..]));

    /// <summary>Reads the text that <see cref="ToString" /> prints.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryParse(string text, out TransactionId id)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('.');
        id = default;
        if (parts.Length != 4
            || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            || !ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var node)
            || !ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var incarnation)
            || !ulong.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new TransactionId(start, new NodeId(node), incarnation, number);
        return !id.IsNone;
    }

    /// <summary>Writes the byte form, whose byte order is the order of ages.</summary>
    /// <param name="destination">Has room for <see cref="Length" /> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Start);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Node.Value);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Incarnation);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], Number);
    }

    /// <inheritdoc />
    public int CompareTo(TransactionId other)
    {
        var order = Start.CompareTo(other.Start);
        order = order != 0 ? order : Node.CompareTo(other.Node);
        order = order != 0 ? order : Incarnation.CompareTo(other.Incarnation);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}.{Node}.{Incarnation}.{Number}");

    /// <summary>Orders by age.</summary>
    public static bool operator <(TransactionId left, TransactionId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by age.</summary>
    public static bool operator >(TransactionId left, TransactionId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by age.</summary>
    public static bool operator <=(TransactionId left, TransactionId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by age.</summary>
    public static bool operator >=(TransactionId left, TransactionId right) => left.CompareTo(right) >= 0;
}
