using Catena.Core.Primitives;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>One client of transactions at the network: it asks one node one thing at a time.</summary>
internal sealed class TransactionEndpoint : INetworkEndpoint
{
    private readonly ClusterSystem _system;
    private readonly World _world;
    private long _attempt;
    private long _conversation;
    private TransactionExchange? _open;
    private SteppedTransaction? _stepped;

    /// <summary>A client that has asked nothing.</summary>
    internal TransactionEndpoint(ClusterSystem system, World world, NodeId id)
    {
        _system = system;
        _world = world;
        Random = world.Random($"transaction-client/{id.Value}");
        Id = id;
        system.Network.Attach(id, this);
    }

    /// <summary>Its address.</summary>
    internal NodeId Id { get; }

    /// <summary>Decides whatever it has a choice of.</summary>
    internal Prng Random { get; }

    /// <summary>Whoever sees to what is prepared and left.</summary>
    internal PreparedOperator Operator => _system.PreparedOperator;

    /// <summary>Asks for a transaction; what was asked before is given up.</summary>
    internal void Ask(TransactionRequest request, Action<IReadOnlyList<TransactionStep>> taken, Action<TransactionAnswer> reply)
    {
        GiveUp();
        if (request.Interaction is { } interaction)
        {
            _stepped = new SteppedTransaction(this, request, interaction, taken, reply);
            _stepped.Begin();
        }
        else
        {
            new OneShotTransaction(this, request, reply).Begin();
        }
    }

    /// <inheritdoc />
    public void Receive(NodeId from, object message)
    {
        if (message is ClientReply reply && reply.Attempt == _open?.Attempt)
        {
            Complete(_open, reply.Result);
        }
    }

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer)
    {
        if (_open is { } open && open.To == peer)
        {
            Complete(open, null);
        }
    }

    /// <summary>Any node.</summary>
    internal NodeId DrawNode() => _system.NodeIds[Random.Next(_system.NodeIds.Count)];

    /// <summary>Sends something to a node.</summary>
    /// <param name="to">The node.</param>
    /// <param name="message">Makes the message, given its number.</param>
    /// <param name="answered">Takes the result; null where there will be none: the connection broke, or it took too long.</param>
    /// <param name="limit">How long it may take; 0 for ever.</param>
    internal void Send(NodeId to, Func<long, ITransactionMessage> message, Action<byte[]?> answered, long limit = 0)
    {
        var exchange = new TransactionExchange(++_attempt, to, answered);
        _open = exchange;
        _system.Network.Send(Id, to, message(exchange.Attempt));
        if (limit > 0)
        {
            _world.Schedule(limit, "transaction.attempt", Id.Value, () => Complete(exchange, null));
        }
    }

    /// <summary>Goes on after a while, unless what it is about has been given up by then.</summary>
    internal void After(long delay, string kind, Action action)
    {
        var conversation = _conversation;
        _world.Schedule(delay, kind, Id.Value, () =>
        {
            if (conversation == _conversation)
            {
                action();
            }
        });
    }

    /// <summary>Something was answered that must not be.</summary>
    internal void Fail(string detail) => _world.Fail("answers", $"client {Id.Value}: {detail}");

    private void Complete(TransactionExchange exchange, byte[]? result)
    {
        if (_open == exchange)
        {
            _open = null;
            exchange.Answered(result);
        }
    }

    private void GiveUp()
    {
        _conversation++;
        _open = null;
        _stepped?.GiveUp();
        _stepped = null;
    }
}
