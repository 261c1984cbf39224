namespace Catena.Protocols.Thrift;

/// <summary>A cluster as one of its nodes sees it, for clients.</summary>
public sealed record MappedCluster
{
    /// <summary>The cluster's name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The cluster's identity.</summary>
    public string Id { get; private init; } = "";

    /// <summary>Whether it has a master.</summary>
    public bool IsAlive { get; private init; }

    /// <summary>The id of the node that was asked.</summary>
    public string AskedNode { get; private init; } = "";

    /// <summary>The nodes.</summary>
    public IReadOnlyList<MappedNode> Nodes { get; private init; } = [];

    /// <summary>The partitions.</summary>
    public IReadOnlyList<MappedPartition> Partitions { get; private init; } = [];

    /// <summary>Reads the struct <c>ClusterMap</c>.</summary>
    internal static bool TryRead(scoped ref ThriftReader reader, out MappedCluster map)
    {
        string name = "", id = "", asked = "";
        var isAlive = false;
        var nodes = new List<MappedNode>();
        var partitions = new List<MappedPartition>();
        while (reader.TryReadField(out var type, out var number))
        {
            _ = (type, number) switch
            {
                (ThriftType.Bytes, 1) => reader.TryReadText(out name),
                (ThriftType.Bytes, 2) => reader.TryReadText(out id),
                (ThriftType.Bool, 3) => reader.TryReadBool(out isAlive),
                (ThriftType.Bytes, 4) => reader.TryReadText(out asked),
                (ThriftType.List, 5) => ReadList(ref reader, nodes, MappedNode.Read),
                (ThriftType.List, 6) => ReadList(ref reader, partitions, MappedPartition.Read),
                _ => reader.TrySkip(type),
            };
        }

        map = new MappedCluster { Name = name, Id = id, IsAlive = isAlive, AskedNode = asked, Nodes = nodes, Partitions = partitions };
        return !reader.HasFailed;
    }

    private static bool ReadList<T>(scoped ref ThriftReader reader, List<T> list, StructReader<T> read)
    {
        if (!reader.TryReadListHeader(out var type, out var count))
        {
            return false;
        }

        for (var index = 0; index < count && !reader.HasFailed; index++)
        {
            if (type == ThriftType.Struct)
            {
                list.Add(read(ref reader));
            }
            else
            {
                reader.TrySkip(type);
            }
        }

        return !reader.HasFailed;
    }

    private delegate T StructReader<T>(scoped ref ThriftReader reader);
}
