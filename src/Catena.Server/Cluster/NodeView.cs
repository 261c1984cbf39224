using Catena.Core.Primitives;

namespace Catena.Server.Cluster;

/// <summary>What is known of one node of the cluster.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Host">The host that clients and peers connect to.</param>
/// <param name="RedisPort">The port of the Redis protocol; 0 for none.</param>
/// <param name="ThriftPort">The port of the Thrift protocol; 0 for none.</param>
/// <param name="HttpPort">The port of health, metrics and status; 0 for none.</param>
/// <param name="PeerPort">The port for other nodes.</param>
/// <param name="ProcessId">The process, on its own machine.</param>
/// <param name="Incarnation">Its life; 0 where it is not running.</param>
/// <param name="Role"><c>master</c>, <c>sub-master</c> or <c>slave</c>; <c>down</c> where it is not running.</param>
/// <param name="IsAlive">Whether it is registered as running.</param>
/// <param name="TablePort">The port of the table service; 0 for none.</param>
/// <param name="TextPort">The port of the plain-text service; 0 for none.</param>
public sealed record NodeView(
    NodeId Id,
    string Name,
    string Host,
    int RedisPort,
    int ThriftPort,
    int HttpPort,
    int PeerPort,
    int ProcessId,
    ulong Incarnation,
    string Role,
    bool IsAlive,
    int TablePort = 0,
    int TextPort = 0);
