using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>One client's way of having transactions carried out: any node, and another only after an answer that promises that nothing happened.</summary>
internal sealed class TransactionEndpoint : INetworkEndpoint
{
    private const int MostRefusals = 6;

    private readonly ClusterSystem _system;
    private readonly World _world;
    private readonly Prng _random;
    private long _attempt;
    private Asked? _asked;

    /// <summary>A client that has asked nothing.</summary>
    internal TransactionEndpoint(ClusterSystem system, World world, NodeId id)
    {
        _system = system;
        _world = world;
        _random = world.Random($"transaction-client/{id.Value}");
        Id = id;
        system.Network.Attach(id, this);
    }

    /// <summary>Its address.</summary>
    internal NodeId Id { get; }

    /// <summary>Asks; what was asked before is given up.</summary>
    internal void Ask(TransactionRequest request, Action<TransactionAnswer> reply)
    {
        _asked = new Asked(request, reply);
        Send(_asked);
    }

    /// <inheritdoc />
    public void Receive(NodeId from, object message)
    {
        if (message is not ClientReply reply || _asked is not { } asked || reply.Attempt != asked.Attempt)
        {
            return;
        }

        var answer = TransactionForm.Read(asked.Request, reply.Result, out var error);
        switch (error)
        {
            case default(ErrorCode):
                End(asked, answer!);
                break;
            case ErrorCode.OutcomeUnknown or ErrorCode.Forgotten:
                End(asked, new TransactionAnswer(Outcome.Unknown));
                break;
            case ErrorCode.NotMine or ErrorCode.TryAgain or ErrorCode.NotEnoughReplicas or ErrorCode.ReadOnly or ErrorCode.ClusterDown or ErrorCode.Busy
                or ErrorCode.Damaged or ErrorCode.Aborted:
                Refused(asked);
                break;
            default:
                _world.Fail("answers", $"client {Id.Value}: {asked} was answered {error}");
                break;
        }
    }

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer)
    {
        if (_asked is { } asked && asked.At == peer)
        {
            End(asked, new TransactionAnswer(Outcome.Unknown));
        }
    }

    private void Send(Asked asked)
    {
        asked.Attempt = ++_attempt;
        asked.At = _system.NodeIds[_random.Next(_system.NodeIds.Count)];
        _system.Network.Send(Id, asked.At, new ClientTransaction(_attempt, asked.Request));
    }

    private void Refused(Asked asked)
    {
        asked.Attempt = 0;
        if (++asked.Refusals >= MostRefusals)
        {
            End(asked, new TransactionAnswer(Outcome.Fail));
            return;
        }

        _world.Schedule(_random.Between(Duration.Millisecond, 100 * Duration.Millisecond), "transaction.again", Id.Value, () =>
        {
            if (asked == _asked)
            {
                Send(asked);
            }
        });
    }

    private void End(Asked asked, TransactionAnswer answer)
    {
        _asked = null;
        asked.Reply(answer);
    }

    private sealed class Asked(TransactionRequest request, Action<TransactionAnswer> reply)
    {
        internal TransactionRequest Request => request;

        internal Action<TransactionAnswer> Reply => reply;

        internal long Attempt { get; set; }

        internal NodeId At { get; set; }

        internal int Refusals { get; set; }

        public override string ToString() => request.ToString();
    }
}
