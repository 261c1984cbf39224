namespace Catena.Protocols.Thrift;

/// <summary>Enumerates the structs <c>Change</c> of a call, each as it was sent.</summary>
public ref struct TableChanges
{
    private const short TableField = 1;
    private const short KeyField = 2;
    private const short ValueField = 3;
    private const short OptionsField = 4;

    private ThriftReader _reader;
    private int _remaining;
    private ReadOnlySpan<byte> _table;
    private ReadOnlySpan<byte> _key;
    private ReadOnlySpan<byte> _value;
    private WriteOptions _options;

    private TableChanges(ReadOnlySpan<byte> elements, int count)
    {
        _reader = new ThriftReader(elements);
        _remaining = count;
    }

    /// <summary>How many changes follow.</summary>
    public readonly int Remaining => _remaining;

    /// <summary>The table; empty for the default one.</summary>
    public readonly ReadOnlySpan<byte> Table => _table;

    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Key => _key;

    /// <summary>Whether there is a value to put; otherwise the key is deleted.</summary>
    public bool Puts { get; private set; }

    /// <summary>The value.</summary>
    public readonly ReadOnlySpan<byte> Value => _value;

    /// <summary>Conditions and variations.</summary>
    public readonly WriteOptions Options => _options;

    /// <summary>Moves to the next change.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext()
    {
        if (_remaining-- <= 0)
        {
            return false;
        }

        _table = default;
        _key = default;
        _value = default;
        _options = default;
        Puts = false;
        while (_reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, TableField) => _reader.TryReadBytes(out _table),
                (ThriftType.Bytes, KeyField) => _reader.TryReadBytes(out _key),
                (ThriftType.Bytes, ValueField) => Puts = _reader.TryReadBytes(out _value),
                (ThriftType.Struct, OptionsField) => WriteOptions.Read(ref _reader, out _options),
                _ => _reader.TrySkip(type),
            };
        }

        return true;
    }

    internal static bool Read(scoped ref ThriftReader reader, out TableChanges changes)
    {
        var isGood = reader.TryReadList(ThriftType.Struct, out var count, out var elements);
        changes = isGood ? new TableChanges(elements, count) : default;
        return isGood;
    }
}
