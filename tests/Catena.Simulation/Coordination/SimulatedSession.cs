using Catena.Simulation.Nodes;

namespace Catena.Simulation.Coordination;

/// <summary>A node's session with the coordinator.</summary>
/// <remarks>
/// Requests of one session are answered in order, and a watch is told before any read shows what it watched for. What the owner
/// knows lags behind what is: it learns of the session's end only when it reaches a server again.
/// </remarks>
public sealed class SimulatedSession
{
    private readonly SimulatedCoordinator _coordinator;
    private readonly Queue<(CoordinatorRequest Request, Action<CoordinatorReply> Reply)> _queue = new();

    internal SimulatedSession(SimulatedCoordinator coordinator, ulong id, SimulatedNode node, ISessionOwner owner)
    {
        _coordinator = coordinator;
        Id = id;
        Node = node;
        Owner = owner;
        Incarnation = node.Incarnation;
    }

    /// <summary>The session's number; never used again.</summary>
    public ulong Id { get; }

    /// <summary>The state as the owner knows it.</summary>
    public SessionState State { get; internal set; }

    internal SimulatedNode Node { get; }

    internal ISessionOwner Owner { get; }

    internal ulong Incarnation { get; }

    /// <summary>The server it is connected to; null while there is none.</summary>
    internal CoordinatorServer? Server { get; set; }

    /// <summary>The number of the connection: what belongs to an older one is dropped.</summary>
    internal ulong Connection { get; set; }

    /// <summary>The newest transaction that the owner has seen; it never connects to a server behind it.</summary>
    internal long SeenZxid { get; set; }

    /// <summary>When the coordinator last had word of the owner.</summary>
    internal long LastHeard { get; set; }

    /// <summary>When the next message to the owner arrives at the earliest.</summary>
    internal long LastArrival { get; set; }

    /// <summary>Whether the coordinator has ended it.</summary>
    internal bool Over { get; set; }

    /// <summary>Whether its owner's process is the one that opened it, and gets processor time.</summary>
    internal bool OwnerRuns => Node.State == NodeState.Running && Node.Incarnation == Incarnation;

    /// <summary>What the owner wants to be told of.</summary>
    internal SessionWatches Watches { get; } = new();

    /// <summary>What arrived, in either direction, while the node was cut off.</summary>
    internal Queue<Action> Held { get; } = new();

    /// <summary>Asks something of the coordinator.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="reply">Called once, unless the owner's process dies first; never before this returns.</param>
    public void Submit(CoordinatorRequest request, Action<CoordinatorReply> reply)
    {
        if (State != SessionState.Connected)
        {
            var error = State == SessionState.Expired ? CoordinatorError.SessionExpired : CoordinatorError.ConnectionLost;
            Node.After(0, "coordinator.refused", () => reply(new CoordinatorReply(error)));
            return;
        }

        _queue.Enqueue((request, reply));
        if (_queue.Count == 1)
        {
            _coordinator.Carry(this, request);
        }
    }

    /// <summary>Ends the session in order: its ephemeral znodes go at once.</summary>
    public void Close() => _coordinator.Close(this);

    /// <summary>Hands the reply to the oldest request and sends the next one off.</summary>
    internal void Answer(CoordinatorReply reply)
    {
        var (_, callback) = _queue.Dequeue();
        if (_queue.TryPeek(out var next))
        {
            // Before the callback, which may submit more and must find the queue as it is.
            _coordinator.Carry(this, next.Request);
        }

        callback(reply);
    }

    /// <summary>Lets every request that waits fail.</summary>
    internal void FailAll(CoordinatorError error)
    {
        var failed = _queue.ToArray();
        _queue.Clear();
        foreach (var (_, reply) in failed)
        {
            reply(new CoordinatorReply(error));
        }
    }
}
