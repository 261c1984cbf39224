using Catena.Storage.Devices;

namespace Catena.Storage.Journaling;

/// <summary>The journal's newest part in memory: what is not written yet, and what has lately been.</summary>
/// <remarks>Changes are guarded by the journal's append lock; <see cref="TryAcquire" /> takes no lock.</remarks>
internal sealed class JournalBuffers : IDisposable
{
    private readonly int _bufferBytes;
    private readonly int _cachedBytes;
    private readonly JournalBufferPool _pool;

    private volatile JournalBuffer[] _live = [];
    private JournalBuffer? _current;
    private long _bytes;

    internal JournalBuffers(NodeStorageOptions options)
    {
        _bufferBytes = options.JournalBufferBytes;
        _cachedBytes = options.CachedJournalBytes;
        _pool = new JournalBufferPool(_bufferBytes, (_cachedBytes / _bufferBytes) + 4);
    }

    /// <summary>How many bytes of memory the buffers take.</summary>
    internal long MemoryBytes => Volatile.Read(ref _bytes);

    /// <summary>Room at an offset that follows what was there before, or begins a new segment.</summary>
    internal Span<byte> Extend(Segment segment, int offset, int room)
    {
        if (_current is null || _current.Segment != segment || _current.Capacity - _current.Used < room)
        {
            Add(_pool.Rent(room), segment, offset);
        }

        return _current!.Extend(room);
    }

    /// <summary>Lists what has not been written, in order.</summary>
    internal void CollectUnwritten(List<WriteRange> ranges)
    {
        foreach (var buffer in _live)
        {
            if (buffer.Written < buffer.Used)
            {
                ranges.Add(new WriteRange(buffer, buffer.Written, buffer.Used));
            }
        }
    }

    /// <summary>Lets go of the oldest buffers that have been written, down to the bytes that may stay.</summary>
    internal void Trim()
    {
        var live = _live;
        var count = 0;
        while (count < live.Length && _bytes > _cachedBytes && live[count] != _current && live[count].Written == live[count].Used)
        {
            _bytes -= live[count].Capacity;
            count++;
        }

        if (count == 0)
        {
            return;
        }

        _live = live[count..];
        for (var index = 0; index < count; index++)
        {
            live[index].Release();
        }
    }

    /// <summary>Makes a whole segment's bytes readable from memory, as recovery goes through it, and forgets all but the segment before it.</summary>
    internal ReadOnlySpan<byte> Load(Segment segment)
    {
        var buffer = _pool.Rent(segment.Length);
        buffer.Begin(segment, 0);
        var read = segment.File.ReadPastBad(0, buffer.Extend(segment.Length));
        buffer.Written = buffer.Used;
        if (_live is [var oldest, _])
        {
            _live = [_live[1]];
            oldest.Release();
        }

        _live = [.. _live, buffer];
        return buffer.Bytes(0, read);
    }

    /// <summary>Forgets what recovery loaded.</summary>
    internal void Unload()
    {
        var loaded = _live;
        _live = [];
        foreach (var buffer in loaded)
        {
            buffer.Release();
        }
    }

    /// <summary>Takes a reference to the buffer that holds a position, where one does.</summary>
    internal JournalBuffer? TryAcquire(long position)
    {
        var live = _live;
        var low = 0;
        var high = live.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (live[middle].Start <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high >= 0 && live[high].TryAcquire(position) ? live[high] : null;
    }

    /// <summary>Frees the memory as soon as nobody reads it.</summary>
    public void Dispose()
    {
        foreach (var buffer in _live)
        {
            buffer.Release();
        }

        _live = [];
        _current = null;
        _pool.Dispose();
    }

    private void Add(JournalBuffer buffer, Segment segment, int offset)
    {
        buffer.Begin(segment, offset);
        _current = buffer;
        _bytes += buffer.Capacity;
        _live = [.. _live, buffer];
    }
}
