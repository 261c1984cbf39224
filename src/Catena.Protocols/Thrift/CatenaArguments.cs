namespace Catena.Protocols.Thrift;

/// <summary>Reads the arguments of the methods of the service Catena; those that it does not know are passed over.</summary>
internal static class CatenaArguments
{
    private const short TransactionField = 1;
    private const short KeyField = 2;
    private const short ValueField = 3;
    private const short BeginOptionsField = 1;
    private const short LockingField = 1;
    private const short RetryOfField = 2;
    private const short ScanRequestField = 2;
    private const short StartKeyField = 1;
    private const short EndKeyField = 2;
    private const short LimitField = 3;

    /// <summary>Reads them.</summary>
    /// <param name="reader">Stands behind the message's header.</param>
    /// <param name="header">The call without its arguments.</param>
    /// <param name="call">The call.</param>
    internal static bool TryRead(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        call = header;
        return header.Method switch
        {
            CatenaMethod.TransactionBegin => TryReadBegin(ref reader, header, out call),
            CatenaMethod.TransactionScan => TryReadScan(ref reader, header, out call),
            _ => TryReadStep(ref reader, header, out call),
        };
    }

    /// <summary>All arguments that are bytes, under the numbers that they have in all methods.</summary>
    private static bool TryReadStep(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        ReadOnlySpan<byte> transaction = default;
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        call = header;
        while (reader.TryReadFieldHeader(out var type, out var id))
        {
            if (type == ThriftType.Stop)
            {
                call = new CatenaCall(header.Method, header.Name, header.SequenceId) { Transaction = transaction, Key = key, Value = value };
                return true;
            }

            var read = (type, id) switch
            {
                (ThriftType.Bytes, TransactionField) => reader.TryReadBytes(out transaction),
                (ThriftType.Bytes, KeyField) => reader.TryReadBytes(out key),
                (ThriftType.Bytes, ValueField) => reader.TryReadBytes(out value),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadBegin(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        call = header;
        while (reader.TryReadFieldHeader(out var type, out var id))
        {
            if (type == ThriftType.Stop)
            {
                return true;
            }

            if (!((type, id) == (ThriftType.Struct, BeginOptionsField) ? TryReadOptions(ref reader, header, out call) : reader.TrySkip(type)))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadOptions(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        ReadOnlySpan<byte> retryOf = default;
        var isLocking = false;
        call = header;
        while (reader.TryReadFieldHeader(out var type, out var id))
        {
            if (type == ThriftType.Stop)
            {
                call = new CatenaCall(header.Method, header.Name, header.SequenceId) { Transaction = retryOf, IsLocking = isLocking };
                return true;
            }

            var read = (type, id) switch
            {
                (ThriftType.Bool, LockingField) => reader.TryReadBool(out isLocking),
                (ThriftType.Bytes, RetryOfField) => reader.TryReadBytes(out retryOf),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadScan(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        ReadOnlySpan<byte> transaction = default;
        var request = header;
        call = header;
        while (reader.TryReadFieldHeader(out var type, out var id))
        {
            if (type == ThriftType.Stop)
            {
                call = new CatenaCall(header.Method, header.Name, header.SequenceId)
                {
                    Transaction = transaction,
                    Key = request.Key,
                    EndKey = request.EndKey,
                    Limit = request.Limit,
                };
                return true;
            }

            var read = (type, id) switch
            {
                (ThriftType.Bytes, TransactionField) => reader.TryReadBytes(out transaction),
                (ThriftType.Struct, ScanRequestField) => TryReadRequest(ref reader, header, out request),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadRequest(scoped ref ThriftReader reader, CatenaCall header, out CatenaCall call)
    {
        ReadOnlySpan<byte> startKey = default;
        ReadOnlySpan<byte> endKey = default;
        var limit = 0;
        call = header;
        while (reader.TryReadFieldHeader(out var type, out var id))
        {
            if (type == ThriftType.Stop)
            {
                call = new CatenaCall(header.Method, header.Name, header.SequenceId) { Key = startKey, EndKey = endKey, Limit = limit };
                return true;
            }

            var read = (type, id) switch
            {
                (ThriftType.Bytes, StartKeyField) => reader.TryReadBytes(out startKey),
                (ThriftType.Bytes, EndKeyField) => reader.TryReadBytes(out endKey),
                (ThriftType.Int32, LimitField) => reader.TryReadInt32(out limit),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        return false;
    }
}
