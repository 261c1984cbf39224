using System.Runtime.InteropServices;

namespace Catena.Storage.Journaling;

/// <summary>A contiguous piece of the journal in memory outside the garbage-collected heap: first to be written from, then to be read from.</summary>
/// <remarks>
/// Counted references keep the memory from being reused under a reader: the journal holds one, and every reader one while it reads.
/// Bytes are only ever added behind those that are there, so that a reader of what it knows to be there needs no lock.
/// </remarks>
internal sealed unsafe class JournalBuffer
{
    private readonly JournalBufferPool _pool;
    private readonly byte* _memory;
    private int _references;
    private long _start;
    private int _used;

    internal JournalBuffer(JournalBufferPool pool, int capacity)
    {
        _pool = pool;
        Capacity = capacity;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
    }

    /// <summary>How many bytes fit.</summary>
    internal int Capacity { get; }

    /// <summary>The journal's position of the first byte.</summary>
    internal long Start => _start;

    /// <summary>How many bytes there are.</summary>
    internal int Used => Volatile.Read(ref _used);

    /// <summary>How many bytes have been written to the file.</summary>
    internal int Written { get; set; }

    /// <summary>The segment that the bytes belong to.</summary>
    internal Segment Segment { get; private set; } = null!;

    /// <summary>Begins a life of the buffer at a position, with one reference.</summary>
    internal void Begin(Segment segment, int offset)
    {
        Segment = segment;
        _start = JournalPosition.At(segment.Id, offset);
        _used = 0;
        Written = 0;
        Volatile.Write(ref _references, 1);
    }

    /// <summary>Adds bytes at the end, to be filled in by the caller before anyone learns of them.</summary>
    internal Span<byte> Extend(int count)
    {
        var span = new Span<byte>(_memory + _used, count);
        Volatile.Write(ref _used, _used + count);
        return span;
    }

    /// <summary>The bytes from an index of this buffer on.</summary>
    internal ReadOnlySpan<byte> Bytes(int from, int count) => new(_memory + from, count);

    /// <summary>Takes a reference, unless the buffer's life at this position has ended.</summary>
    /// <param name="position">A position that lay in the buffer when it was looked up.</param>
    internal bool TryAcquire(long position)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _references);
            if (seen == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
            {
                break;
            }
        }

        // It may have ended and begun elsewhere between the lookup and here.
        if (position >= _start && position - _start < Used)
        {
            return true;
        }

        Release();
        return false;
    }

    /// <summary>Gives a reference back; the last one gives the memory back to the pool.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _pool.Return(this);
        }
    }

    /// <summary>Frees the memory; nobody may use the buffer afterwards.</summary>
    internal void Free() => NativeMemory.AlignedFree(_memory);
}
