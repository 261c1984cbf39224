using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;

namespace Catena.Server.Tests.Backups;

/// <summary>A world in which nothing arrives, and time is what the test says.</summary>
internal sealed class SettablePorts : INodePorts
{
    public long Now { get; set; } = 1_000_000_000;

    public long WallMilliseconds { get; set; } = 1_700_000_000_000;

    public bool IsDiskStalled => false;

    /// <summary>What was proposed last.</summary>
    public Configuration? Proposed { get; private set; }

    /// <summary>What sending at the end of a turn fails with; null where it does not.</summary>
    public Exception? FailsToSend { get; set; }

    public void Send(in Envelope envelope)
    {
        // Lost.
    }

    /// <summary>The beacons sent, and when.</summary>
    public List<(long At, NodeId To, Beacon Beacon)> Beacons { get; } = [];

    /// <summary>Whom the node suspects, as it reported.</summary>
    public HashSet<NodeId> Suspected { get; } = [];

    /// <summary>How often the next tick was wanted at once.</summary>
    public int Hurries { get; private set; }

    public void Send(NodeId to, Beacon beacon) => Beacons.Add((Now, to, beacon));

    public void Send(NodeId to, BeaconReply reply)
    {
        // Lost.
    }

    public void Send(NodeId to, LeaseReturn returned)
    {
        // Lost.
    }

    public void Propose(PartitionId partition, Configuration next) => Proposed = next;

    public void Learnt(PartitionId partition, Configuration configuration)
    {
        // Nobody listens.
    }

    public void HurryBeacons() => Hurries++;

    public void InDoubt(PartitionId participant, PreparedTransaction prepared)
    {
    }

    public void Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget)
    {
    }

    public void SendQueued()
    {
        if (FailsToSend is { } failure)
        {
            throw failure;
        }
    }

    public bool IsFlusherAtWork => false;

    public long HoldLimit => 0;

    public bool GathersHere => false;

    public bool TryFlushHere(bool isFirst) => false;

    /// <summary>How often a flush was asked for; the test makes it.</summary>
    public int Grown { get; private set; }

    public void JournalGrew() => Grown++;

    public void Report(PartitionId partition, in ReplicaEvent happened)
    {
        // Nobody listens.
    }

    public void ReportPeer(NodeId peer, bool isSuspected, string cause)
    {
        if (isSuspected)
        {
            Suspected.Add(peer);
        }
        else
        {
            Suspected.Remove(peer);
        }
    }
}
