namespace Catena.Simulation.Cluster;

/// <summary>What a <see cref="PeerMessage" /> holds.</summary>
internal enum PeerMessageKind
{
    /// <summary>A replica's message.</summary>
    Replica,

    /// <summary>A beacon.</summary>
    Beacon,

    /// <summary>The answer to a beacon.</summary>
    BeaconReply,

    /// <summary>Leases are given back.</summary>
    LeaseReturn,

    /// <summary>The controller asks something of a first member.</summary>
    ControllerAsk,

    /// <summary>A command that is carried out elsewhere than where the client asked.</summary>
    ForwardRequest,

    /// <summary>The answer to it.</summary>
    ForwardReply,
}
