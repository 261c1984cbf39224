namespace Catena.Server.Coordination.Documents;

/// <summary>What a znode below <c>nodes/</c> holds: a node, whether it runs or not.</summary>
internal sealed record NodeDocument
{
    /// <summary>The node, in 16 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

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

    /// <summary>The zone it was in when it last started; empty for none.</summary>
    public string Zone { get; set; } = "";

    /// <summary><c>active</c>, <c>draining</c> or <c>lost</c>: what the operator wants of it.</summary>
    public string State { get; set; } = "active";

    /// <summary>How much it should carry, in per cent of an ordinary node.</summary>
    public int Weight { get; set; } = 100;

    /// <summary>How much of that it should lead, in per cent of an ordinary node: what it asked for when it last started.</summary>
    public int LeadWeight { get; set; } = 100;
}
