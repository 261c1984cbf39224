namespace Catena.Protocols.Thrift;

/// <summary>Enumerates the keys and values of one answer to dump.</summary>
public ref struct KeyValueEntries
{
    private ThriftReader _reader;
    private int _remaining;
    private ReadOnlySpan<byte> _key;
    private ReadOnlySpan<byte> _value;

    internal KeyValueEntries(ReadOnlySpan<byte> entries, int count)
    {
        _reader = new ThriftReader(entries);
        _remaining = count;
    }

    /// <summary>The key that <see cref="MoveNext" /> found.</summary>
    public readonly ReadOnlySpan<byte> Key => _key;

    /// <summary>The value that <see cref="MoveNext" /> found.</summary>
    public readonly ReadOnlySpan<byte> Value => _value;

    /// <summary>Moves to the next entry.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext()
    {
        if (_remaining == 0)
        {
            return false;
        }

        _remaining--;
        return _reader.TryReadBytes(out _key) && _reader.TryReadBytes(out _value);
    }
}
