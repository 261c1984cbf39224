using Catena.Core.Primitives;

namespace Catena.Simulation.Network;

/// <summary>Someone who can be sent messages.</summary>
public interface INetworkEndpoint
{
    /// <summary>A message came.</summary>
    void Receive(NodeId from, object message);

    /// <summary>The connection to another endpoint broke; only with <see cref="NetworkProfile.Connected" />.</summary>
    void ConnectionBroken(NodeId peer);
}
