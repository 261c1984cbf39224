using System.Globalization;

namespace Catena.Core.Placement;

/// <summary>One of the 16,384 slots that keys are hashed to, exactly as Redis Cluster hashes them.</summary>
/// <remarks>
/// The slot of a key is the CRC-16/XMODEM of the key, modulo 16,384. If the key holds a <c>{</c> and, somewhere after it, a
/// <c>}</c>, and there is at least one byte between the first <c>{</c> and the first <c>}</c> that follows it, then only those
/// bytes, the hash tag, are hashed; so keys that share a tag share a slot (Redis Cluster specification, "Hash tags").
/// </remarks>
/// <param name="Value">The number, from 0 to 16,383.</param>
public readonly record struct HashSlot(ushort Value) : IComparable<HashSlot>
{
    /// <summary>How many slots there are.</summary>
    public const int Count = 16384;

    /// <summary>The slot that <paramref name="key" /> belongs to.</summary>
    /// <param name="key">The whole key, with its hash tag if it has one.</param>
    public static HashSlot Of(ReadOnlySpan<byte> key) => new((ushort)(Crc16.Compute(HashedPart(key)) & (Count - 1)));

    /// <summary>The bytes of <paramref name="key" /> that are hashed: its hash tag, or all of it where it has none.</summary>
    /// <param name="key">The whole key.</param>
    public static ReadOnlySpan<byte> HashedPart(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open < 0)
        {
            return key;
        }

        var rest = key[(open + 1)..];
        var length = rest.IndexOf((byte)'}');
        return length > 0 ? rest[..length] : key;
    }

    /// <inheritdoc />
    public int CompareTo(HashSlot other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(HashSlot left, HashSlot right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(HashSlot left, HashSlot right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(HashSlot left, HashSlot right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(HashSlot left, HashSlot right) => left.Value >= right.Value;
}
