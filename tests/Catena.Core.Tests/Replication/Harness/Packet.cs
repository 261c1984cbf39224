using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>Something under way between two nodes: a replica's message as bytes, or one of the exchange of beacons.</summary>
internal sealed record Packet(NodeId From, NodeId To, byte[]? Message, Beacon? Beacon = null, BeaconReply? Reply = null, LeaseReturn? Return = null)
{
    /// <summary>The packet in a line, for scenarios.</summary>
    public override string ToString()
    {
        var what = this switch
        {
            { Message: { } bytes } => MessageText.Of(MessageCodec.TryRead(bytes)!),
            { Beacon: { } beacon } => $"Beacon {beacon.Round}",
            { Reply: { } reply } => $"BeaconReply {reply.Round}",
            _ => "LeaseReturn",
        };
        return $"{From.Value}->{To.Value} {what}";
    }
}
