using System.Buffers;

namespace Catena.Protocols.Tests.Support;

/// <summary>An output of fixed size that is used again and again, as a server's send buffer.</summary>
internal sealed class FixedOutput(int size) : IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[size];
    private int _written;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _written);

    public void Clear() => _written = 0;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_written);
}
