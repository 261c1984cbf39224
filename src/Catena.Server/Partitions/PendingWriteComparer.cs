using System.Diagnostics.CodeAnalysis;
using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>Knows pending writes by their keys, so that the newest of a key is found by it.</summary>
internal sealed class PendingWriteComparer : IEqualityComparer<PendingWrite>, IAlternateEqualityComparer<ReadOnlySpan<byte>, PendingWrite>
{
    /// <summary>The one there is.</summary>
    internal static PendingWriteComparer Instance { get; } = new();

    /// <inheritdoc />
    public bool Equals(PendingWrite? x, PendingWrite? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Key.SequenceEqual(y.Key));

    /// <inheritdoc />
    public int GetHashCode([DisallowNull] PendingWrite obj) => GetHashCode(obj.Key);

    /// <inheritdoc />
    public bool Equals(ReadOnlySpan<byte> alternate, PendingWrite other) => alternate.SequenceEqual(other.Key);

    /// <inheritdoc />
    public int GetHashCode(ReadOnlySpan<byte> alternate) => ByteKeyComparer.Instance.GetHashCode(alternate);

    /// <inheritdoc />
    public PendingWrite Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException("A key alone makes no write.");
}
