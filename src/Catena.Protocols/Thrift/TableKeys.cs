namespace Catena.Protocols.Thrift;

/// <summary>Enumerates the keys of a call.</summary>
public ref struct TableKeys
{
    private ThriftReader _reader;
    private int _remaining;
    private ReadOnlySpan<byte> _current;

    private TableKeys(ReadOnlySpan<byte> elements, int count)
    {
        _reader = new ThriftReader(elements);
        _remaining = count;
    }

    /// <summary>How many keys follow.</summary>
    public readonly int Remaining => _remaining;

    /// <summary>The key that <see cref="MoveNext" /> found.</summary>
    public readonly ReadOnlySpan<byte> Current => _current;

    /// <summary>Moves to the next key.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext() => _remaining-- > 0 && _reader.TryReadBytes(out _current);

    internal static bool Read(scoped ref ThriftReader reader, out TableKeys keys)
    {
        var isGood = reader.TryReadList(ThriftType.Bytes, out var count, out var elements);
        keys = isGood ? new TableKeys(elements, count) : default;
        return isGood;
    }
}
