using System.Buffers;

namespace Catena.Server.Listeners;

/// <summary>What one connection has received and not yet consumed, contiguous in one pooled array.</summary>
/// <remarks>
/// It grows with what has arrived, never because a peer announced a length, and goes back to its first size once it is empty.
/// Not thread-safe.
/// </remarks>
internal sealed class ReceiveBuffer
{
    private readonly int _firstBytes;
    private readonly int _maxBytes;
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>An empty buffer.</summary>
    /// <param name="firstBytes">The size it starts with.</param>
    /// <param name="maxBytes">The longest request; what the buffer can hold at most.</param>
    public ReceiveBuffer(int firstBytes, int maxBytes)
    {
        _firstBytes = Math.Min(firstBytes, maxBytes);
        _maxBytes = maxBytes;
    }

    /// <summary>The size of the array that it holds.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>How many bytes were received and not consumed; beside the pump a little old, or too few.</summary>
    public int Length => Math.Max(_end - _start, 0);

    /// <summary>What was received and not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Drops bytes from the front.</summary>
    /// <param name="count">How many.</param>
    public void Consume(int count) => _start += count;

    /// <summary>Adds what was received into <see cref="Prepare" />'s space.</summary>
    /// <param name="count">How many bytes.</param>
    public void Commit(int count) => _end += count;

    /// <summary>Makes room to receive into.</summary>
    /// <param name="needed">How many unread bytes the next request is known to need; where the buffer grows, it grows towards that.</param>
    /// <returns>The room; empty where the buffer already holds as much as a request may have.</returns>
    public Memory<byte> Prepare(int needed)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
            if (_bytes.Length > _firstBytes * 2 && needed <= _firstBytes)
            {
                Release();
            }
        }
        else if (_start > 0 && _bytes.Length - _end < _bytes.Length / 4)
        {
            Unread.CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }

        if (_end == _bytes.Length)
        {
            Grow(needed);
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>Gives the array back.</summary>
    public void Release()
    {
        _start = 0;
        _end = 0;
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Grow(int needed)
    {
        // Twice as large, or up to four times where that much is known to come.
        var wanted = Math.Clamp(needed, _bytes.Length * 2L, _bytes.Length * 4L);
        var size = (int)Math.Max(_firstBytes, Math.Min(wanted, _maxBytes));
        if (size <= _bytes.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _end).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
