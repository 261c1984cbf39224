using Catena.Core.Primitives;

namespace Catena.Server.Peers;

/// <summary>Where a node listens for its peers.</summary>
/// <param name="Node">The node.</param>
/// <param name="Host">Its host name or address.</param>
/// <param name="Port">Its peer port.</param>
internal readonly record struct PeerAddress(NodeId Node, string Host, int Port);
