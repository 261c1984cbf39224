namespace Catena.Server.Peers;

/// <summary>Which of the two connections to a peer a frame takes. Part of the peer protocol: values are never reused.</summary>
/// <remarks>Frames of one lane arrive in the order in which they were sent, as long as its connection lives; between lanes there is no order.</remarks>
internal enum PeerLane : byte
{
    /// <summary>For what is small and must not wait: beacons, epochs, acknowledgements, returned leases.</summary>
    Control = 1,

    /// <summary>For data: entries, snapshots, forwarded requests.</summary>
    Bulk = 2,
}
