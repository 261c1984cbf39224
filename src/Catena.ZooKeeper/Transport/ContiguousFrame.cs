using System.Buffers;

namespace Catena.ZooKeeper.Transport;

/// <summary>A frame's payload in one piece: as it was received where it lay in one, in a pooled copy otherwise.</summary>
internal ref struct ContiguousFrame
{
    private byte[]? _rented;

    /// <summary>Makes <paramref name="payload" /> one piece.</summary>
    /// <param name="payload">The payload; stays valid as long as this is used.</param>
    public ContiguousFrame(in ReadOnlySequence<byte> payload)
    {
        if (payload.IsSingleSegment)
        {
            Bytes = payload.FirstSpan;
            return;
        }

        _rented = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        payload.CopyTo(_rented);
        Bytes = _rented.AsSpan(0, (int)payload.Length);
    }

    /// <summary>The payload; void once this is disposed.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Gives a copy back to the pool.</summary>
    public void Dispose()
    {
        Bytes = default;
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
