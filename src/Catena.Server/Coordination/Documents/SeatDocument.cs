namespace Catena.Server.Coordination.Documents;

/// <summary>What an ephemeral sequential znode below <c>election/</c> holds: who stands there, and where they are reached.</summary>
/// <remarks>
/// So a client that knows nothing of Catena learns who the master is with two reads: the children of <c>election/</c>, and the data of the
/// first by name. No child means that the cluster is dead.
/// </remarks>
internal sealed record SeatDocument
{
    /// <summary>The node, in 16 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its life.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where clients and peers connect to.</summary>
    public string Host { get; set; } = "";

    /// <summary>The port for other nodes.</summary>
    public int PeerPort { get; set; }

    /// <summary>The port of the Redis protocol; 0 for none.</summary>
    public int RedisPort { get; set; }

    /// <summary>The port of the Thrift protocol; 0 for none.</summary>
    public int ThriftPort { get; set; }

    /// <summary>The port of health, metrics and status; 0 for none.</summary>
    public int HttpPort { get; set; }

    /// <summary>The port of the table service; 0 for none.</summary>
    public int TablePort { get; set; }

    /// <summary>The port of the plain-text service; 0 for none.</summary>
    public int TextPort { get; set; }
}
