using System.Buffers;

namespace Catena.Storage.Partitions;

/// <summary>A writer into an array that is long enough for what comes.</summary>
/// <param name="bytes">The array.</param>
internal struct SpanWriter(byte[] bytes) : IBufferWriter<byte>
{
    private int _count;

    /// <summary>What has been written.</summary>
    internal readonly ReadOnlySpan<byte> Written => bytes.AsSpan(0, _count);

    /// <inheritdoc />
    public void Advance(int count) => _count += count;

    /// <inheritdoc />
    public readonly Memory<byte> GetMemory(int sizeHint = 0) => bytes.AsMemory(_count);

    /// <inheritdoc />
    public readonly Span<byte> GetSpan(int sizeHint = 0) => bytes.AsSpan(_count);
}
