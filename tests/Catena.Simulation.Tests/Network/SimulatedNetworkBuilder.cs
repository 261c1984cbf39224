using Catena.Core.Primitives;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Network;

/// <summary>Builds a network with endpoints.</summary>
internal sealed class SimulatedNetworkBuilder(World world)
{
    private readonly List<(NodeId Id, INetworkEndpoint Endpoint)> _endpoints = [];

    public SimulatedNetworkBuilder With(NodeId id, INetworkEndpoint endpoint)
    {
        _endpoints.Add((id, endpoint));
        return this;
    }

    public SimulatedNetwork Build(NetworkProfile profile)
    {
        var network = new SimulatedNetwork(world, profile);
        foreach (var (id, endpoint) in _endpoints)
        {
            network.Attach(id, endpoint);
        }

        return network;
    }
}
