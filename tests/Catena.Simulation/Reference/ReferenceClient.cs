using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Reference;

/// <summary>One client's connection to the reference server; it sends a request again until it is answered.</summary>
internal sealed class ReferenceClient : INetworkEndpoint
{
    private const int MostAttempts = 20;
    private readonly World _world;
    private readonly SimulatedNetwork _network;
    private readonly NodeId _server;
    private readonly Prng _random;
    private long _sequence;
    private Action<Outcome, RegisterResult?>? _reply;

    /// <summary>A client that has asked nothing.</summary>
    public ReferenceClient(World world, SimulatedNetwork network, NodeId id, NodeId server)
    {
        _world = world;
        _network = network;
        _server = server;
        _random = world.Random($"reference/{id.Value}");
        Id = id;
        network.Attach(id, this);
    }

    /// <summary>Its address.</summary>
    public NodeId Id { get; }

    /// <summary>Asks; what was asked before is dropped.</summary>
    public void Ask(int client, string key, RegisterCommand command, Action<Outcome, RegisterResult?> reply)
    {
        _reply = reply;
        Send(new ReferenceRequest(client, ++_sequence, key, command), 1);
    }

    /// <inheritdoc />
    public void Receive(NodeId from, object message)
    {
        if (message is ReferenceReply reply && reply.Sequence == _sequence && _reply is { } callback)
        {
            _reply = null;
            callback(Outcome.Ok, reply.Result);
        }
    }

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer)
    {
        // It sends again in any case.
    }

    private void Send(ReferenceRequest request, int attempt)
    {
        if (request.Sequence != _sequence || _reply is null || attempt > MostAttempts)
        {
            return;
        }

        _network.Send(Id, _server, request);
        var wait = _random.Between(100 * Duration.Millisecond, Duration.Second);
        _world.Schedule(wait, "reference.retry", Id.Value, () => Send(request, attempt + 1));
    }
}
