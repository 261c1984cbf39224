namespace Catena.Server.Peers;

/// <summary>What a frame between nodes carries. Part of the peer protocol: values are never reused.</summary>
internal enum PeerFrameKind : byte
{
    /// <summary>A <see cref="Core.Replication.Leases.Beacon" />.</summary>
    Beacon = 1,

    /// <summary>A <see cref="Core.Replication.Leases.BeaconReply" />.</summary>
    BeaconReply = 2,

    /// <summary>A <see cref="Core.Replication.Leases.LeaseReturn" />.</summary>
    LeaseReturn = 3,

    /// <summary>A partition and a message from one of its replicas to another (<see cref="ReplicaPayload" />).</summary>
    ReplicaMessage = 4,

    /// <summary>A request that the sender does not serve itself.</summary>
    ForwardRequest = 5,

    /// <summary>The answer to a forwarded request.</summary>
    ForwardReply = 6,

    /// <summary>What the controller asks of a partition's first member (<see cref="ControllerAsk" />).</summary>
    ControllerAsk = 7,

    /// <summary>A published message, a question about subscriptions, or the answer to either (<see cref="Server.PubSub.PubSubFrame" />).</summary>
    PubSub = 8,
}
