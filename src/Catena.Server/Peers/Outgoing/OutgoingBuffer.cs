using System.Buffers;
using Catena.Server.Peers.Wire;

namespace Catena.Server.Peers.Outgoing;

/// <summary>Frames one behind the other in one pooled array, so that all that waits goes with one send. Not thread-safe.</summary>
internal sealed class OutgoingBuffer : IBufferWriter<byte>
{
    private const int Smallest = 16 << 10;
    private const int LargestKept = 1 << 20;

    private byte[] _bytes = [];
    private int _frameStart;

    /// <summary>How many bytes it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Some of the bytes.</summary>
    /// <param name="from">Where they start.</param>
    /// <param name="length">How many.</param>
    public ReadOnlyMemory<byte> Slice(int from, int length) => _bytes.AsMemory(from, length);

    /// <summary>Leaves room for a frame's header; the payload is written next.</summary>
    public void BeginFrame()
    {
        _frameStart = Count;
        _ = GetSpan(PeerFrame.HeaderSize);
        Count += PeerFrame.HeaderSize;
    }

    /// <summary>How long the frame's payload has become.</summary>
    public int PayloadLength => Count - _frameStart - PeerFrame.HeaderSize;

    /// <summary>Completes the frame.</summary>
    /// <param name="kind">What it carries.</param>
    public void EndFrame(PeerFrameKind kind) => PeerFrame.WriteHeader(_bytes.AsSpan(_frameStart, Count - _frameStart), kind);

    /// <summary>Takes the frame back.</summary>
    public void DropFrame() => Count = _frameStart;

    /// <summary>Forgets the bytes, and gives an array back that a burst made large.</summary>
    public void Clear()
    {
        Count = 0;
        if (_bytes.Length > LargestKept)
        {
            Release();
        }
    }

    /// <summary>Gives the array back.</summary>
    public void Release()
    {
        Count = 0;
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Count);
        Count += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Count);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Count);
    }

    private void Reserve(int size)
    {
        var needed = checked(Count + Math.Max(size, 1));
        if (needed <= _bytes.Length)
        {
            return;
        }

        var doubled = (int)Math.Min(Array.MaxLength, 2L * _bytes.Length);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, doubled), Smallest));
        _bytes.AsSpan(0, Count).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
