using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;

namespace Catena.Simulation.Cluster;

// What the node's core asks of the world: messages become events of the simulated network.
internal sealed partial class NodeProgram : INodePorts
{
    void INodePorts.Send(in Envelope envelope)
    {
        _scratch.ResetWrittenCount();
        MessageCodec.Write(_scratch, envelope.Message);
        Post(envelope.To, PeerMessageKind.Replica, envelope.Partition);
    }

    void INodePorts.Send(NodeId to, Beacon beacon)
    {
        _scratch.ResetWrittenCount();
        BeaconCodec.Write(_scratch, beacon);
        Post(to, PeerMessageKind.Beacon, default);
    }

    void INodePorts.Send(NodeId to, BeaconReply reply)
    {
        _scratch.ResetWrittenCount();
        BeaconCodec.Write(_scratch, reply);
        Post(to, PeerMessageKind.BeaconReply, default);
    }

    void INodePorts.Send(NodeId to, LeaseReturn returned)
    {
        _scratch.ResetWrittenCount();
        BeaconCodec.Write(_scratch, returned);
        Post(to, PeerMessageKind.LeaseReturn, default);
    }

    void INodePorts.Propose(PartitionId partition, Configuration next) => _desk!.Proposals.Propose(partition, next);

    void INodePorts.Learnt(PartitionId partition, Configuration configuration) => _directory.Learn(partition, configuration);

    void INodePorts.InDoubt(PartitionId participant, PreparedTransaction prepared) => _transactions!.Service.Resolve(participant, prepared, forces: prepared.IsExternal);

    void INodePorts.Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget) =>
        _transactions!.Service.Deliver(home, id, decision, mayForget);

    void INodePorts.JournalGrew() => _flusher!.Grew();

    void INodePorts.SendQueued()
    {
        // The simulated network queues nothing.
    }

    bool INodePorts.IsFlusherAtWork => _system.Profile.TurnSpan != 0 && _flusher is { Age: > 0 };

    long INodePorts.HoldLimit => _system.Profile.HoldLimit;

    bool INodePorts.GathersHere => _system.Profile.Gathers;

    bool INodePorts.TryFlushHere(bool isFirst)
    {
        _flusher!.Grew();
        return false;
    }

    void INodePorts.Report(PartitionId partition, in ReplicaEvent happened)
    {
        if (_node.World.Tracing)
        {
            _node.World.Trace($"node {_node.Id.Value} p{partition} e{happened.Epoch} {happened.Kind}: {happened.Detail}");
        }

        if (happened.Kind == ReplicaEventKind.Diverged)
        {
            // Memory does not rot here, so no comparison of states may find a difference.
            _node.World.Fail("equal states", happened.Detail);
        }
    }

    void INodePorts.ReportPeer(NodeId peer, bool isSuspected, string cause)
    {
        if (_node.World.Tracing)
        {
            _node.World.Trace($"node {_node.Id.Value} {(isSuspected ? "suspects" : "trusts")} {peer.Value}: {cause}");
        }
    }
}
