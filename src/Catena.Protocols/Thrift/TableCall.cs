namespace Catena.Protocols.Thrift;

/// <summary>One call of a method of the service Catena that begins with <c>table</c>, as a view of its frame.</summary>
/// <remarks>Valid as long as the frame's bytes. An argument that the client left out is empty or zero, as one that it sent so.</remarks>
public readonly ref struct TableCall
{
    private const short TableField = 1;
    private const short KeyField = 2;
    private const short ValueField = 3;
    private const short NumberField = 3;
    private const short OptionsOfDeleteField = 3;
    private const short OptionsOfPutField = 4;
    private const short KeysField = 2;
    private const short ChangesField = 1;
    private const short CursorField = 2;
    private const short LimitField = 3;
    private const short ScanRequestField = 2;

    /// <summary>What is called.</summary>
    public CatenaMethod Method { get; private init; }

    /// <summary>The table's name; empty for the default one.</summary>
    public ReadOnlySpan<byte> Table { get; private init; }

    /// <summary>The table's name in the request of a scan of a range; empty where it was left out.</summary>
    public ReadOnlySpan<byte> TableOfRequest { get; private init; }

    /// <summary>The key; of a scan of a range, the first; of another scan, where to go on.</summary>
    public ReadOnlySpan<byte> Key { get; private init; }

    /// <summary>The value that is put or appended.</summary>
    public ReadOnlySpan<byte> Value { get; private init; }

    /// <summary>What is added, or when the key expires.</summary>
    public long Number { get; private init; }

    /// <summary>Conditions and variations of what is written.</summary>
    public WriteOptions Options { get; private init; }

    /// <summary>The keys that are read at once.</summary>
    public TableKeys Keys { get; private init; }

    /// <summary>The changes that are made at once.</summary>
    public TableChanges Changes { get; private init; }

    /// <summary>The first key that a scan does not want any more.</summary>
    public ReadOnlySpan<byte> EndKey { get; private init; }

    /// <summary>How many entries a scan wants at most.</summary>
    public int Limit { get; private init; }

    /// <summary>Reads the arguments of a method; those that it does not know are passed over.</summary>
    /// <param name="reader">Stands behind the message's header.</param>
    /// <param name="method">The method.</param>
    /// <param name="call">The call.</param>
    internal static bool TryRead(scoped ref ThriftReader reader, CatenaMethod method, out TableCall call)
    {
        call = method switch
        {
            CatenaMethod.TableGetMany => ReadKeys(ref reader),
            CatenaMethod.TableApply => ReadChanges(ref reader),
            CatenaMethod.TableScan or CatenaMethod.TableScanRange => ReadScan(ref reader, method),
            _ => ReadKeyed(ref reader, method),
        };
        return !reader.HasFailed;
    }

    private static TableCall ReadKeyed(scoped ref ThriftReader reader, CatenaMethod method)
    {
        ReadOnlySpan<byte> table = default;
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        WriteOptions options = default;
        var number = 0L;
        var optionsField = method == CatenaMethod.TablePut ? OptionsOfPutField : OptionsOfDeleteField;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, TableField) => reader.TryReadBytes(out table),
                (ThriftType.Bytes, KeyField) => reader.TryReadBytes(out key),
                (ThriftType.Bytes, ValueField) => reader.TryReadBytes(out value),
                (ThriftType.Int64, NumberField) => reader.TryReadInt64(out number),
                (ThriftType.Struct, _) when id == optionsField => WriteOptions.Read(ref reader, out options),
                _ => reader.TrySkip(type),
            };
        }

        return new TableCall { Method = method, Table = table, Key = key, Value = value, Number = number, Options = options };
    }

    private static TableCall ReadKeys(scoped ref ThriftReader reader)
    {
        ReadOnlySpan<byte> table = default;
        TableKeys keys = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, TableField) => reader.TryReadBytes(out table),
                (ThriftType.List, KeysField) => TableKeys.Read(ref reader, out keys),
                _ => reader.TrySkip(type),
            };
        }

        return new TableCall { Method = CatenaMethod.TableGetMany, Table = table, Keys = keys };
    }

    private static TableCall ReadChanges(scoped ref ThriftReader reader)
    {
        TableChanges changes = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.List, ChangesField) => TableChanges.Read(ref reader, out changes),
                _ => reader.TrySkip(type),
            };
        }

        return new TableCall { Method = CatenaMethod.TableApply, Changes = changes };
    }

    private static TableCall ReadScan(scoped ref ThriftReader reader, CatenaMethod method)
    {
        ReadOnlySpan<byte> table = default;
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> endKey = default;
        ReadOnlySpan<byte> tableOfRequest = default;
        var limit = 0;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, TableField) => reader.TryReadBytes(out table),
                (ThriftType.Bytes, CursorField) => reader.TryReadBytes(out key),
                (ThriftType.Int32, LimitField) => reader.TryReadInt32(out limit),
                (ThriftType.Struct, ScanRequestField) => CatenaArguments.ReadScanRequest(ref reader, out key, out endKey, out limit, out tableOfRequest),
                _ => reader.TrySkip(type),
            };
        }

        return new TableCall { Method = method, Table = table, TableOfRequest = tableOfRequest, Key = key, EndKey = endKey, Limit = limit };
    }
}
