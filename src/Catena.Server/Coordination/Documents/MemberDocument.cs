namespace Catena.Server.Coordination.Documents;

/// <summary>What an ephemeral znode below <c>members/</c> holds: a node that runs.</summary>
internal sealed record MemberDocument
{
    /// <summary>The node, in 16 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its life.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Where clients and peers connect to.</summary>
    public required string Host { get; init; }

    /// <summary>The port for other nodes.</summary>
    public required int PeerPort { get; init; }

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

    /// <summary>Its zone; empty for none.</summary>
    public string Zone { get; set; } = "";

    /// <summary>The process, on its own machine.</summary>
    public int ProcessId { get; set; }
}
