namespace Catena.Protocols.Thrift;

/// <summary>A partition in the map of a cluster, for clients.</summary>
public sealed record MappedPartition
{
    /// <summary>Its number.</summary>
    public int Number { get; private init; }

    /// <summary>Its first hash slot.</summary>
    public int FirstSlot { get; private init; }

    /// <summary>Its last hash slot.</summary>
    public int LastSlot { get; private init; }

    /// <summary>The epoch of its configuration; 0 where it has none yet.</summary>
    public long Epoch { get; private init; }

    /// <summary>How it replicates; empty where it has no configuration.</summary>
    public string Mode { get; private init; } = "";

    /// <summary>The ids of its members; writes go to the first.</summary>
    public IReadOnlyList<string> Members { get; private init; } = [];

    /// <summary>Reads the struct <c>Partition</c>.</summary>
    internal static MappedPartition Read(scoped ref ThriftReader reader)
    {
        int number = 0, first = 0, last = 0;
        var epoch = 0L;
        var mode = "";
        var members = new List<string>();
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Int32, 1) => reader.TryReadInt32(out number),
                (ThriftType.Int32, 2) => reader.TryReadInt32(out first),
                (ThriftType.Int32, 3) => reader.TryReadInt32(out last),
                (ThriftType.Int64, 4) => reader.TryReadInt64(out epoch),
                (ThriftType.Bytes, 5) => reader.TryReadText(out mode),
                (ThriftType.List, 6) => ReadMembers(ref reader, members),
                _ => reader.TrySkip(type),
            };
        }

        return new MappedPartition { Number = number, FirstSlot = first, LastSlot = last, Epoch = epoch, Mode = mode, Members = members };
    }

    private static bool ReadMembers(scoped ref ThriftReader reader, List<string> members)
    {
        if (!reader.TryReadListHeader(out var type, out var count))
        {
            return false;
        }

        for (var index = 0; index < count && !reader.HasFailed; index++)
        {
            if (type == ThriftType.Bytes && reader.TryReadText(out var member))
            {
                members.Add(member);
            }
            else
            {
                reader.TrySkip(type);
            }
        }

        return !reader.HasFailed;
    }
}
