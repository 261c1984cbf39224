namespace Catena.Protocols.Thrift;

/// <summary>The answer of one call of the service Catena, as a view of its frame, for clients.</summary>
/// <remarks>Valid as long as the frame's bytes; what the methods return is copied.</remarks>
public readonly ref struct CatenaReply
{
    private const short ResultField = 0;
    private const short MessageField = 1;

    private readonly ReadOnlySpan<byte> _result;
    private readonly ThriftType _type;

    private CatenaReply(int sequenceId, ThriftType type, ReadOnlySpan<byte> result)
    {
        SequenceId = sequenceId;
        _type = type;
        _result = result;
    }

    /// <summary>The number of the call that is answered.</summary>
    public int SequenceId { get; }

    /// <summary>The exception that the method declares and that was raised; 0 for none.</summary>
    public CatenaException Exception { get; private init; }

    /// <summary>Whether the answer is a TApplicationException: the call did not run, or something failed that its method does not declare.</summary>
    public bool IsApplicationException { get; private init; }

    /// <summary>What was raised, in words, UTF-8.</summary>
    public ReadOnlySpan<byte> Message { get; private init; }

    /// <summary>Reads a frame that a server sent.</summary>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="method">What was called.</param>
    /// <param name="reply">The answer.</param>
    /// <returns>False if the frame is no answer of that method.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, CatenaMethod method, out CatenaReply reply)
    {
        reply = default;
        var reader = new ThriftReader(frame);
        if (!reader.TryReadMessageHeader(out var type, out var name, out var sequenceId) || !name.SequenceEqual(CatenaService.NameOf(method)))
        {
            return false;
        }

        if (type == ThriftMessageType.Exception)
        {
            var isRead = ThriftException.TryRead(ref reader, out var exception);
            reply = new CatenaReply(sequenceId, ThriftType.Stop, default) { IsApplicationException = true, Message = exception.Message };
            return isRead && reader.Remaining == 0;
        }

        return type == ThriftMessageType.Reply && TryReadResult(ref reader, frame, sequenceId, out reply) && reader.Remaining == 0;
    }

    /// <summary>The result of a method that returns bytes or a text.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return _type == ThriftType.Bytes && new ThriftReader(_result).TryReadBytes(out bytes);
    }

    /// <summary>The result of a method that returns a boolean.</summary>
    public bool TryReadBool(out bool value)
    {
        value = false;
        return _type == ThriftType.Bool && new ThriftReader(_result).TryReadBool(out value);
    }

    /// <summary>The result of a method that returns a 64-bit integer.</summary>
    public bool TryReadNumber(out long value)
    {
        value = 0;
        return _type == ThriftType.Int64 && new ThriftReader(_result).TryReadInt64(out value);
    }

    /// <summary>The result of a method that returns a list of texts.</summary>
    public bool TryReadNames(out string[] names)
    {
        names = [];
        var reader = new ThriftReader(_result);
        if (_type != ThriftType.List || !reader.TryReadList(ThriftType.Bytes, out var count, out var elements))
        {
            return false;
        }

        names = new string[count];
        var list = new ThriftReader(elements);
        for (var index = 0; index < count; index++)
        {
            if (!list.TryReadBytes(out var name))
            {
                return false;
            }

            names[index] = System.Text.Encoding.UTF8.GetString(name);
        }

        return true;
    }

    /// <summary>The result of a get.</summary>
    /// <param name="value">What was found; null where the key is absent.</param>
    public bool TryReadValue(out FoundValue? value)
    {
        value = null;
        var reader = new ThriftReader(_result);
        return _type == ThriftType.Struct && FoundValue.TryRead(ref reader, out value);
    }

    /// <summary>The result of a put or delete.</summary>
    /// <param name="applied">Whether something was written.</param>
    public bool TryReadWrite(out bool applied)
    {
        applied = false;
        var reader = new ThriftReader(_result);
        while (_type == ThriftType.Struct && reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) is (ThriftType.Bool, 1) ? reader.TryReadBool(out applied) : reader.TrySkip(type);
        }

        return _type == ThriftType.Struct && !reader.HasFailed;
    }

    /// <summary>The result of a scan.</summary>
    /// <param name="page">The page.</param>
    public bool TryReadPage(out ScannedPage page)
    {
        page = ScannedPage.Empty;
        var reader = new ThriftReader(_result);
        return _type == ThriftType.Struct && ScannedPage.TryRead(ref reader, out page);
    }

    /// <summary>The result of clusterMap.</summary>
    /// <param name="map">The cluster.</param>
    public bool TryReadMap(out MappedCluster map)
    {
        map = new MappedCluster();
        var reader = new ThriftReader(_result);
        return _type == ThriftType.Struct && MappedCluster.TryRead(ref reader, out map);
    }

    private static bool TryReadResult(scoped ref ThriftReader reader, ReadOnlySpan<byte> frame, int sequenceId, out CatenaReply reply)
    {
        reply = new CatenaReply(sequenceId, ThriftType.Stop, default);
        while (reader.TryReadField(out var type, out var id))
        {
            var start = frame.Length - reader.Remaining;
            if (id == ResultField && reader.TrySkip(type))
            {
                reply = new CatenaReply(sequenceId, type, frame[start..(frame.Length - reader.Remaining)]);
            }
            else if (id != ResultField && type == ThriftType.Struct)
            {
                ReadOnlySpan<byte> message = default;
                while (reader.TryReadField(out var inner, out var number))
                {
                    _ = (inner, number) is (ThriftType.Bytes, MessageField) ? reader.TryReadBytes(out message) : reader.TrySkip(inner);
                }

                reply = new CatenaReply(sequenceId, ThriftType.Stop, default) { Exception = (CatenaException)id, Message = message };
            }
            else if (id != ResultField)
            {
                reader.TrySkip(type);
            }
        }

        return !reader.HasFailed;
    }
}
