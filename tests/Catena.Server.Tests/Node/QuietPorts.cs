using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;

namespace Catena.Server.Tests.Node;

/// <summary>A world in which nothing arrives and no time passes.</summary>
internal sealed class QuietPorts : INodePorts
{
    public long Now => 1_000_000_000;

    public long WallMilliseconds => 1_700_000_000_000;

    public bool IsDiskStalled => false;

    public void Send(in Envelope envelope)
    {
        // Lost.
    }

    public void Send(NodeId to, Beacon beacon)
    {
        // Lost.
    }

    public void Send(NodeId to, BeaconReply reply)
    {
        // Lost.
    }

    public void Send(NodeId to, LeaseReturn returned)
    {
        // Lost.
    }

    public void Propose(PartitionId partition, Configuration next)
    {
        // Lost.
    }

    public void Learnt(PartitionId partition, Configuration configuration)
    {
        // Nobody listens.
    }

    public void HurryBeacons()
    {
        // No beacon would arrive.
    }

    public void InDoubt(PartitionId participant, PreparedTransaction prepared)
    {
    }

    public void Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget)
    {
    }

    public void SendQueued()
    {
        // Nothing is queued here.
    }

    public bool IsFlusherAtWork => false;

    public long HoldLimit => 0;

    public bool GathersHere => false;

    public bool TryFlushHere(bool isFirst) => false;

    public void JournalGrew()
    {
        // The test flushes.
    }

    public void Report(PartitionId partition, in ReplicaEvent happened)
    {
        // Nobody listens.
    }

    public void ReportPeer(NodeId peer, bool isSuspected, string cause)
    {
        // Nobody listens.
    }
}
