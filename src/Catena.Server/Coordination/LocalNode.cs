using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Coordination.Documents;

namespace Catena.Server.Coordination;

/// <summary>What this node tells the cluster about itself when it starts.</summary>
/// <param name="Name">Its name; unique in the cluster.</param>
/// <param name="Incarnation">Its life, greater than any earlier one.</param>
/// <param name="Host">The host that clients and peers connect to.</param>
/// <param name="PeerPort">The port for other nodes.</param>
/// <param name="RedisPort">The port of the Redis protocol; 0 for none.</param>
/// <param name="ThriftPort">The port of the Thrift protocol; 0 for none.</param>
/// <param name="HttpPort">The port of health, metrics and status; 0 for none.</param>
/// <param name="Zone">Its zone; empty for none.</param>
/// <param name="TablePort">The port of the table service; 0 for none.</param>
/// <param name="TextPort">The port of the plain-text service; 0 for none.</param>
/// <param name="LeadWeight">How much it should lead, in per cent of an ordinary node.</param>
internal sealed record LocalNode(
    string Name,
    ulong Incarnation,
    string Host,
    int PeerPort,
    int RedisPort = 0,
    int ThriftPort = 0,
    int HttpPort = 0,
    string Zone = "",
    int TablePort = 0,
    int TextPort = 0,
    int LeadWeight = RingNode.OrdinaryWeight)
{
    /// <summary>The registration of a node that tells this of itself.</summary>
    /// <param name="self">The node.</param>
    public NodeDocument Registration(NodeId self) => new()
    {
        Id = self.ToString(),
        Name = Name,
        Host = Host,
        PeerPort = PeerPort,
        RedisPort = RedisPort,
        ThriftPort = ThriftPort,
        HttpPort = HttpPort,
        TablePort = TablePort,
        TextPort = TextPort,
        Zone = Zone,
        LeadWeight = LeadWeight,
    };
}
