namespace Catena.Protocols.Thrift;

/// <summary>A node in the map of a cluster, for clients.</summary>
public sealed record MappedNode
{
    /// <summary>Its identity.</summary>
    public string Id { get; private init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The host that clients connect to.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The port of Thrift; 0 for none.</summary>
    public int ThriftPort { get; private init; }

    /// <summary>The port of the Redis protocol; 0 for none.</summary>
    public int RedisPort { get; private init; }

    /// <summary>The port of HTTP; 0 for none.</summary>
    public int HttpPort { get; private init; }

    /// <summary>Its place in the election of the controller; "down" where it is not running.</summary>
    public string Role { get; private init; } = "";

    /// <summary>Whether it is running.</summary>
    public bool IsAlive { get; private init; }

    /// <summary>Reads the struct <c>Node</c>.</summary>
    internal static MappedNode Read(scoped ref ThriftReader reader)
    {
        string id = "", name = "", host = "", role = "";
        int thrift = 0, redis = 0, http = 0;
        var isAlive = false;
        while (reader.TryReadField(out var type, out var number))
        {
            _ = (type, number) switch
            {
                (ThriftType.Bytes, 1) => reader.TryReadText(out id),
                (ThriftType.Bytes, 2) => reader.TryReadText(out name),
                (ThriftType.Bytes, 3) => reader.TryReadText(out host),
                (ThriftType.Int32, 4) => reader.TryReadInt32(out thrift),
                (ThriftType.Int32, 5) => reader.TryReadInt32(out redis),
                (ThriftType.Int32, 6) => reader.TryReadInt32(out http),
                (ThriftType.Bytes, 7) => reader.TryReadText(out role),
                (ThriftType.Bool, 8) => reader.TryReadBool(out isAlive),
                _ => reader.TrySkip(type),
            };
        }

        return new MappedNode { Id = id, Name = name, Host = host, ThriftPort = thrift, RedisPort = redis, HttpPort = http, Role = role, IsAlive = isAlive };
    }
}
