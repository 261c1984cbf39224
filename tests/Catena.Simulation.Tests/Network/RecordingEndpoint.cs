using Catena.Core.Primitives;
using Catena.Simulation.Network;

namespace Catena.Simulation.Tests.Network;

/// <summary>An endpoint that notes what comes.</summary>
internal sealed class RecordingEndpoint : INetworkEndpoint
{
    public List<object> Received { get; } = [];

    public List<int> Numbers => [.. Received.OfType<int>()];

    public void Receive(NodeId from, object message) => Received.Add(message);

    public void ConnectionBroken(NodeId peer) => Received.Add("broken");
}
