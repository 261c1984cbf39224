namespace Catena.Storage.Journaling;

/// <summary>Keeps journal buffers of the usual size for reuse.</summary>
internal sealed class JournalBufferPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<JournalBuffer> _free = new();
    private readonly int _usualCapacity;
    private readonly int _mostKept;
    private bool _closed;

    internal JournalBufferPool(int usualCapacity, int mostKept)
    {
        _usualCapacity = usualCapacity;
        _mostKept = mostKept;
    }

    /// <summary>A buffer with room for at least so many bytes.</summary>
    internal JournalBuffer Rent(int minimumCapacity)
    {
        if (minimumCapacity <= _usualCapacity)
        {
            lock (_gate)
            {
                if (_free.TryPop(out var kept))
                {
                    return kept;
                }
            }
        }

        return new JournalBuffer(this, Math.Max(_usualCapacity, minimumCapacity));
    }

    /// <summary>Takes back a buffer that nobody refers to.</summary>
    internal void Return(JournalBuffer buffer)
    {
        lock (_gate)
        {
            if (!_closed && buffer.Capacity == _usualCapacity && _free.Count < _mostKept)
            {
                _free.Push(buffer);
                return;
            }
        }

        buffer.Free();
    }

    /// <summary>Frees what is kept; buffers that come back later are freed at once.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            while (_free.TryPop(out var buffer))
            {
                buffer.Free();
            }
        }
    }
}
