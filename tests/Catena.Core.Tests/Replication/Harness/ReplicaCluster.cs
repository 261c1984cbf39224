using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>Replicas of one partition, a network, a coordinator and a clock, all in the hands of a test; no threads.</summary>
/// <remarks>
/// Nothing happens by itself: packets are delivered, appends become stable, proposals are carried out and time passes only when
/// the test says so. Each input to a replica is followed by one round of what a host does.
/// </remarks>
internal sealed class ReplicaCluster
{
    internal const long Millisecond = 1_000_000;

    private static readonly PartitionId Partition = new(7);

    private readonly ReplicaOptions _options;

    /// <param name="first">The configuration of epoch 1.</param>
    /// <param name="spares">Nodes beside its members.</param>
    /// <param name="options">The settings, apart from who the replica is.</param>
    internal ReplicaCluster(Configuration first, IEnumerable<NodeId> spares, ReplicaOptions options)
    {
        _options = options;
        Coordinator = new TestCoordinator(first);
        foreach (var id in first.Members.Concat(spares).Order())
        {
            Nodes.Add(id, new TestNode(id, Partition, this));
        }
    }

    internal static ReplicaOptions Defaults { get; } = new()
    {
        Self = NodeId.None,
        Partition = Partition,
        Incarnation = 0,
        MinInSync = 2,
        MaxBatchBytes = 150,
        SnapshotChunkBytes = 8,
        MaxReadmissionDelay = 1_000 * Millisecond,
    };

    internal SortedDictionary<NodeId, TestNode> Nodes { get; } = [];

    internal IEnumerable<TestNode> Up => Nodes.Values.Where(node => node.IsUp);

    internal TestNetwork Network { get; } = new();

    internal TestCoordinator Coordinator { get; }

    /// <summary>The true time, in nanoseconds.</summary>
    internal long Now { get; private set; } = 1_000 * Millisecond;

    /// <summary>Whether proposals are carried out at once, and their outcome told.</summary>
    internal bool IsCoordinatorPrompt { get; set; } = true;

    /// <summary>Is told what replicas report.</summary>
    internal Action<TestNode, ReplicaEvent>? Reported { get; set; }

    /// <summary>Is told of each packet before it arrives.</summary>
    internal Action<Packet>? Delivering { get; set; }

    /// <summary>Is called after each round of what a host does.</summary>
    internal Action<TestNode>? Pumped { get; set; }

    internal TestNode Node(ulong id) => Nodes[new NodeId(id)];

    internal bool HearEachOther(NodeId left, NodeId right) =>
        Nodes[left].IsUp && Nodes[right].IsUp && !Nodes[left].Suspected.Contains(right) && !Nodes[right].Suspected.Contains(left);

    /// <summary>Starts a node on what its log holds; perhaps its copy was given up, perhaps with it what it knew of epochs.</summary>
    internal void Start(TestNode node, bool gaveUp = false, bool forgets = false)
    {
        Assert.False(node.IsUp);
        var isFirstLife = node.Incarnation == 0;
        node.Incarnation++;
        node.Beacons = new BeaconExchange(node.Incarnation, node);
        var options = _options with { Self = node.Id, Incarnation = node.Incarnation };
        var promisesUntil = isFirstLife ? 0 : node.Now + options.Promise;
        if (gaveUp)
        {
            node.Log.GiveUp(forgets);
        }

        gaveUp |= node.Log.IsGivenUp;
        var image = node.Log.Image;
        node.Replica = new Replica(options, node.Log, node, new ReplicaStart(image.Record, node.Now, promisesUntil, image.LostTail, gaveUp) { RecordMayBeOld = gaveUp });
        node.IsRetired = false;
        Pump(node);
    }

    /// <summary>Stops a node at once; what was not stable is gone.</summary>
    internal static void Crash(TestNode node)
    {
        node.Replica = null;
        node.Beacons = null;
        node.ReadableUntil = 0;
        node.OpenProposal = null;
        node.Log.Crash();
    }

    /// <summary>Stops a node in order: it gives its leases back and its log is stable.</summary>
    internal void Stop(TestNode node)
    {
        node.IsRetired = true;
        node.ReadableUntil = 0;
        foreach (var peer in Nodes.Keys.Where(peer => peer != node.Id))
        {
            Network.Send(new Packet(node.Id, peer, null, Return: new LeaseReturn(node.Incarnation, node.Beacons!.Round)));
        }

        node.Log.StableThrough(node.Log.Position);
        Crash(node);
    }

    /// <summary>Appends a client's write where the node takes writes.</summary>
    /// <returns>The position; null where the node refuses.</returns>
    internal Lsn? Propose(TestNode node, string text)
    {
        if (!node.Replica!.TryNextLsn(out var lsn) || node.IsRetired)
        {
            return null;
        }

        var position = node.Log.AppendWrite(lsn, node.Replica.Committed, text);
        if (position < 0)
        {
            return null;
        }

        node.Replica.Appended(position);
        Pump(node);
        return lsn;
    }

    /// <summary>Lets a node's journal become stable up to a position.</summary>
    internal void Stable(TestNode node, long position)
    {
        node.Log.StableThrough(position);
        if (node.IsUp)
        {
            node.Replica!.Stable(node.Log.StablePosition, node.Now);
            Pump(node);
        }
    }

    /// <summary>Lets a packet arrive; what is told to a node that is down is lost.</summary>
    internal void Deliver(Packet packet)
    {
        Delivering?.Invoke(packet);
        var node = Nodes[packet.To];
        if (node.Replica is not { } replica)
        {
            return;
        }

        switch (packet)
        {
            case { Message: { } bytes }:
                // A copy that is spoilt afterwards: what a message borrows must not be kept.
                var borrowed = bytes.ToArray();
                replica.Step(packet.From, MessageCodec.TryRead(borrowed)!, node.Now);
                Pump(node);
                borrowed.AsSpan().Fill(0xEE);
                break;
            case { Beacon: { } beacon }:
                Network.Send(new Packet(node.Id, packet.From, null, Reply: node.Beacons!.Answer(packet.From, beacon, [], node.Now)));
                break;
            case { Reply: { } reply }:
                node.Beacons!.Receive(packet.From, reply);
                Publish(node);
                break;
            case { Return: { } returned } when node.Beacons!.Accepts(packet.From, returned):
                replica.LeaseReturned(packet.From);
                Pump(node);
                break;
        }
    }

    /// <summary>Sends a node's beacons to all others.</summary>
    internal void SendBeacons(TestNode node)
    {
        foreach (var peer in Nodes.Keys.Where(peer => peer != node.Id && node.IsUp))
        {
            Network.Send(new Packet(node.Id, peer, null, Beacon: node.Beacons!.Send(peer, [], node.Now)));
        }
    }

    /// <summary>Lets time pass without anybody noticing.</summary>
    internal void Pass(long nanoseconds) => Now += nanoseconds;

    /// <summary>Lets a node notice the time.</summary>
    internal void Tick(TestNode node)
    {
        if (node.IsUp)
        {
            node.Replica!.Tick(node.Now);
            Pump(node);
        }
    }

    /// <summary>Tells a node a configuration that stands or stood at the coordinator.</summary>
    internal void Tell(TestNode node, Configuration configuration)
    {
        if (node.IsUp)
        {
            node.Replica!.Reconfigure(configuration, node.Now);
            Pump(node);
        }
    }

    /// <summary>Carries out a proposal that is under way.</summary>
    /// <param name="submission">The proposal.</param>
    /// <param name="tellsOutcome">Whether its proposer hears how it went.</param>
    internal void CarryOut(Submission submission, bool tellsOutcome)
    {
        Coordinator.UnderWay.Remove(submission);
        Coordinator.TryWrite(submission.Next);
        if (tellsOutcome && submission.By.Incarnation == submission.Incarnation)
        {
            Tell(submission.By, Coordinator.Current);
        }
    }

    /// <summary>Submits a node's open proposal once more, since its outcome is unknown.</summary>
    internal void Resubmit(TestNode node)
    {
        node.Submissions++;
        Coordinator.UnderWay.Add(new Submission(node, node.Incarnation, node.OpenProposal!));
    }

    /// <summary>Loses a proposal for certain, and says so.</summary>
    internal void Lose(Submission submission)
    {
        Assert.Equal(1, submission.By.Submissions);
        Coordinator.UnderWay.Remove(submission);
        submission.By.OpenProposal = null;
        submission.By.Replica!.ProposalNotSubmitted(submission.Next.Epoch, submission.By.Now);
        Pump(submission.By);
    }

    /// <summary>One step of a well-behaved world: appends become stable, packets arrive, the coordinator answers.</summary>
    internal void Settle()
    {
        var delivered = 0;
        for (var isQuiet = false; !isQuiet;)
        {
            isQuiet = true;
            foreach (var node in Up.Where(node => node.Log.StablePosition < node.Log.Position))
            {
                Stable(node, node.Log.Position);
                isQuiet = false;
                Assert.True(++delivered < 20_000, $"appends without end on {node.Id.Value}");
            }

            while (Network.TakeNext() is { } packet)
            {
                Deliver(packet);
                isQuiet = false;
                Assert.True(++delivered < 20_000, $"packets without end, such as {packet}");
            }

            while (IsCoordinatorPrompt && Coordinator.UnderWay.FirstOrDefault() is { } submission)
            {
                CarryOut(submission, tellsOutcome: true);
                isQuiet = false;
                Assert.True(++delivered < 20_000, $"proposals without end, such as {submission.Next} of {submission.By.Id.Value}");
            }
        }
    }

    private void Pump(TestNode node)
    {
        Work(node);
        if (node.Replica!.OwesWordOfApplied)
        {
            Work(node);
        }
    }

    private void Work(TestNode node)
    {
        var replica = node.Replica!;
        var ready = replica.TakeReady();
        Publish(node);
        foreach (var envelope in ready.Messages)
        {
            var writer = new ArrayBufferWriter<byte>();
            MessageCodec.Write(writer, envelope.Message);
            Network.Send(new Packet(envelope.From, envelope.To, writer.WrittenSpan.ToArray()));
        }

        if (!node.IsSlow)
        {
            node.Log.ApplyThrough(ready.Committed);
        }

        if (node.OpenProposal is { } open && open.Follows < replica.Epoch)
        {
            node.OpenProposal = null;
        }

        if (ready.Proposal is { } proposal)
        {
            node.OpenProposal = proposal;
            node.Submissions = 0;
            Resubmit(node);
        }

        foreach (var happened in ready.Events)
        {
            Reported?.Invoke(node, happened);
        }

        replica.Advance();
        Pumped?.Invoke(node);
    }

    private static void Publish(TestNode node) => node.ReadableUntil = node.IsRetired ? 0 : node.Replica!.ReadableUntil;
}
