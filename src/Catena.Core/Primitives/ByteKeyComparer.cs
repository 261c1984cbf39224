using System.Diagnostics.CodeAnalysis;

namespace Catena.Core.Primitives;

/// <summary>Compares and orders keys by their bytes, arrays and spans alike, with a hash that is the same in every process.</summary>
public sealed class ByteKeyComparer : IEqualityComparer<byte[]>, IComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>The one there is.</summary>
    public static ByteKeyComparer Instance { get; } = new();

    /// <summary>Whether a key is neither before the first of a range nor beyond its end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="from">The first key of the range.</param>
    /// <param name="to">The first that does not belong to it.</param>
    public static bool IsBetween(ReadOnlySpan<byte> key, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        key.SequenceCompareTo(from) >= 0 && key.SequenceCompareTo(to) < 0;

    /// <inheritdoc />
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc />
    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

    /// <inheritdoc />
    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc />
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <inheritdoc />
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <inheritdoc />
    public int GetHashCode(ReadOnlySpan<byte> alternate) => unchecked((int)Crc32C.Compute(alternate));
}
