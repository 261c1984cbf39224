using System.Runtime.InteropServices;

namespace Catena.Storage.Indexing;

/// <summary>Entries copied out of the index, to be used without holding anything of it.</summary>
/// <remarks>Reused from one use to the next; not thread-safe.</remarks>
internal sealed class ScanBatch
{
    private readonly List<ScanItem> _items = [];
    private byte[] _bytes = new byte[8192];
    private byte[] _next = new byte[256];
    private int _used;
    private int _nextLength;

    /// <summary>The entries, in key order.</summary>
    internal ReadOnlySpan<ScanItem> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>Whether there may be entries behind <see cref="Next" />.</summary>
    internal bool HasMore { get; private set; }

    /// <summary>The first key that this batch does not answer for.</summary>
    internal ReadOnlySpan<byte> Next => _next.AsSpan(0, _nextLength);

    /// <summary>The bytes of keys and values copied.</summary>
    internal int Bytes => _used;

    /// <summary>An entry's key.</summary>
    internal ReadOnlySpan<byte> Key(scoped in ScanItem item) => _bytes.AsSpan(item.KeyAt, item.KeyLength);

    /// <summary>An entry's value, where it stands in the index.</summary>
    internal ReadOnlySpan<byte> Value(scoped in ScanItem item) => _bytes.AsSpan(item.KeyAt + item.KeyLength, item.Entry.ValueLength);

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        _items.Clear();
        _used = 0;
        HasMore = false;
    }

    /// <summary>Room for an entry's key and, behind it, its value.</summary>
    internal Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _used < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
        }

        return _bytes.AsSpan(_used, length);
    }

    /// <summary>Adds what was written into the room.</summary>
    internal void Add(int keyLength, int inlineLength, in IndexEntry entry)
    {
        _items.Add(new ScanItem(_used, keyLength, entry));
        _used += keyLength + inlineLength;
    }

    /// <summary>Room for the key to go on from.</summary>
    internal Span<byte> ReserveNext(int length)
    {
        if (_next.Length < length)
        {
            _next = new byte[length];
        }

        _nextLength = length;
        HasMore = true;
        return _next.AsSpan(0, length);
    }

    /// <summary>Says that nothing wanted follows.</summary>
    internal void End() => HasMore = false;

    /// <summary>Says that the scan goes on right behind the last entry.</summary>
    internal void GoOnBehindLast()
    {
        var key = Key(_items[^1]);
        var next = ReserveNext(key.Length + 1);
        key.CopyTo(next);
        next[^1] = 0;
    }
}
