namespace Catena.Protocols.Thrift;

/// <summary>Reads the arguments of the service Catena's methods on transactions; those that it does not know are passed over.</summary>
internal static class CatenaArguments
{
    private const short TransactionField = 1;
    private const short KeyField = 2;
    private const short ValueField = 3;
    private const short TableField = 4;
    private const short BeginOptionsField = 1;
    private const short LockingField = 1;
    private const short RetryOfField = 2;
    private const short ScanRequestField = 2;
    private const short StartKeyField = 1;
    private const short EndKeyField = 2;
    private const short LimitField = 3;
    private const short TableOfScanField = 4;

    /// <summary>Reads them.</summary>
    /// <param name="reader">Stands behind the message's header.</param>
    /// <param name="header">The call without its arguments.</param>
    /// <param name="call">The call.</param>
    internal static bool TryRead(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        call = header.Method switch
        {
            CatenaMethod.TransactionBegin => ReadBegin(ref reader, header),
            CatenaMethod.TransactionScan => ReadScan(ref reader, header),
            _ => ReadStep(ref reader, header),
        };
        return !reader.HasFailed;
    }

    /// <summary>Reads what is to be scanned.</summary>
    /// <param name="reader">Stands at the struct.</param>
    /// <param name="startKey">The first key.</param>
    /// <param name="endKey">The first key that is not wanted; empty where it was left out.</param>
    /// <param name="limit">How many entries are wanted; 0 where it was left out.</param>
    /// <param name="table">The table; empty where it was left out.</param>
    internal static bool ReadScanRequest(scoped ref ThriftReader reader, out ReadOnlySpan<byte> startKey, out ReadOnlySpan<byte> endKey, out int limit, out ReadOnlySpan<byte> table)
    {
        table = default;
        startKey = default;
        endKey = default;
        limit = 0;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, StartKeyField) => reader.TryReadBytes(out startKey),
                (ThriftType.Bytes, EndKeyField) => reader.TryReadBytes(out endKey),
                (ThriftType.Int32, LimitField) => reader.TryReadInt32(out limit),
                (ThriftType.Bytes, TableOfScanField) => reader.TryReadBytes(out table),
                _ => reader.TrySkip(type),
            };
        }

        return !reader.HasFailed;
    }

    /// <summary>All arguments that are bytes, under the numbers that they have in all methods.</summary>
    private static CatenaCall ReadStep(scoped ref ThriftReader reader, CatenaCall header)
    {
        ReadOnlySpan<byte> transaction = default;
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        ReadOnlySpan<byte> table = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, TransactionField) => reader.TryReadBytes(out transaction),
                (ThriftType.Bytes, KeyField) => reader.TryReadBytes(out key),
                (ThriftType.Bytes, ValueField) => reader.TryReadBytes(out value),
                (ThriftType.Bytes, TableField) => reader.TryReadBytes(out table),
                _ => reader.TrySkip(type),
            };
        }

        return new CatenaCall(header.Method, header.Name, header.SequenceId) { Transaction = transaction, Key = key, Value = value, Table = table };
    }

    private static CatenaCall ReadBegin(scoped ref ThriftReader reader, CatenaCall header)
    {
        ReadOnlySpan<byte> retryOf = default;
        var isLocking = false;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Struct, BeginOptionsField) => ReadBeginOptions(ref reader, out isLocking, out retryOf),
                _ => reader.TrySkip(type),
            };
        }

        return new CatenaCall(header.Method, header.Name, header.SequenceId) { Transaction = retryOf, IsLocking = isLocking };
    }

    private static bool ReadBeginOptions(scoped ref ThriftReader reader, out bool isLocking, out ReadOnlySpan<byte> retryOf)
    {
        isLocking = false;
        retryOf = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bool, LockingField) => reader.TryReadBool(out isLocking),
                (ThriftType.Bytes, RetryOfField) => reader.TryReadBytes(out retryOf),
                _ => reader.TrySkip(type),
            };
        }

        return !reader.HasFailed;
    }

    private static CatenaCall ReadScan(scoped ref ThriftReader reader, CatenaCall header)
    {
        ReadOnlySpan<byte> transaction = default;
        ReadOnlySpan<byte> startKey = default;
        ReadOnlySpan<byte> endKey = default;
        ReadOnlySpan<byte> table = default;
        var limit = 0;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, TransactionField) => reader.TryReadBytes(out transaction),
                (ThriftType.Struct, ScanRequestField) => ReadScanRequest(ref reader, out startKey, out endKey, out limit, out table),
                _ => reader.TrySkip(type),
            };
        }

        return new CatenaCall(header.Method, header.Name, header.SequenceId) { Transaction = transaction, Key = startKey, EndKey = endKey, Limit = limit, Table = table };
    }
}
