using Catena.Core.Primitives;
using Catena.Server.Peers.Wire;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers;

/// <summary>What the transport between nodes reports; event ids 3000 to 3099.</summary>
internal static partial class PeerLog
{
    [LoggerMessage(3000, LogLevel.Information, "Listening for peers at port {Port}")]
    public static partial void Listening(ILogger logger, int port);

    [LoggerMessage(3001, LogLevel.Information, "{Lane} connection to node {Peer} (incarnation {Incarnation}) established")]
    public static partial void Connected(ILogger logger, PeerLane lane, NodeId peer, ulong incarnation);

    [LoggerMessage(3002, LogLevel.Warning, "{Lane} connection to node {Peer} is over: {Reason}")]
    public static partial void Disconnected(ILogger logger, PeerLane lane, NodeId peer, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Node {Peer} at {Host}:{Port} cannot be reached on the {Lane} lane: {Reason}")]
    public static partial void DialFailed(ILogger logger, NodeId peer, string host, int port, PeerLane lane, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Node {Peer} (incarnation {Incarnation}) connected from {Remote} on the {Lane} lane")]
    public static partial void Accepted(ILogger logger, PeerLane lane, NodeId peer, ulong incarnation, string remote);

    [LoggerMessage(3005, LogLevel.Information, "{Lane} connection from node {Peer} is over: {Reason}")]
    public static partial void IncomingClosed(ILogger logger, PeerLane lane, NodeId peer, string reason);

    [LoggerMessage(
        3006,
        LogLevel.Warning,
        "Refused node {Peer} from {Remote}: {Refusal}; it says it belongs to cluster {Cluster} and speaks version {Version}")]
    public static partial void Refused(ILogger logger, NodeId peer, string remote, PeerRefusal refusal, Guid cluster, ushort version);

    [LoggerMessage(3007, LogLevel.Warning, "Closed a connection from {Remote} to the peer port that did not say in time which node it is")]
    public static partial void NoHello(ILogger logger, string remote);

    [LoggerMessage(3008, LogLevel.Error, "Node {Peer} sent a malformed frame on the {Lane} lane ({Status}); the connection is closed")]
    public static partial void Malformed(ILogger logger, NodeId peer, PeerLane lane, PeerFrameStatus status);

    [LoggerMessage(3009, LogLevel.Error, "Accepting a connection of a peer failed")]
    public static partial void AcceptFailed(ILogger logger, Exception reason);

    [LoggerMessage(3010, LogLevel.Warning, "Closed a connection to the peer port: {Limit} are in their handshake already")]
    public static partial void TooManyHandshakes(ILogger logger, int limit);

    [LoggerMessage(3011, LogLevel.Information, "Peers are now: {Peers}")]
    public static partial void PeersChanged(ILogger logger, string peers);
}
