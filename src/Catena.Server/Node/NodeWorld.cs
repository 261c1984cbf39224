using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Loops;
using Catena.Server.Partitions;
using Catena.Server.Peers;
using Catena.Server.Platform;
using Catena.Server.PubSub;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Catena.Server.Transactions;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Node;

/// <summary>The real world behind a node's core: sockets, threads, clocks, the coordinator and the log.</summary>
internal sealed class NodeWorld(ILogger logger) : INodePorts, IPeerReceiver, IForwardPort, IPubSubPort
{
    /// <summary>How long a flush may take before the disk counts as failed.</summary>
    private const long StallLimit = 1_000_000_000;

    /// <summary>For how long entries are held back at most: some syncs of a quick disk.</summary>
    private const long LongestHold = 2_000_000;

    /// <inheritdoc />
    public long Now => MonotonicClock.Now;

    /// <inheritdoc />
    public long WallMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public bool IsDiskStalled => Journal is { } journal && (journal.BusyFor > StallLimit || journal.IsExhausted);

    internal NodeCore Core { get; set; } = null!;

    /// <summary>What this node has of partitions; nothing before it has begun.</summary>
    internal IReadOnlyList<ReplicaReport> ReportReplicas() => Core is { } core ? [.. core.Hosts.Select(host => new ReplicaReport(host.Status, host.Damage))] : [];

    internal PeerTransport Transport { get; set; } = null!;

    internal JournalWriter? Journal { get; set; }

    internal Ticker? Ticker { get; set; }

    internal CommandRouter Router { get; set; } = null!;

    internal TransactionService Transactions { get; set; } = null!;

    internal TableCatalogue Tables { get; set; } = null!;

    internal PubSubBus PubSub { get; set; } = null!;

    internal PartitionDirectory Directory { get; set; } = null!;

    internal Action<PartitionId, Configuration> Proposer { get; set; } = null!;

    /// <inheritdoc />
    public bool IsInTurn => Core is { IsInTurn: true };

    public ReadOnlySpan<NodeId> Peers => Transport.Peers;

    public void Send(in Envelope envelope)
    {
        var lane = ReplicaPayload.MayGoWithEntries(envelope.Message) && Transport.IsBulkFree(envelope.To) ? PeerLane.Bulk : ReplicaPayload.LaneOf(envelope.Message);
        _ = IsInTurn
            ? Transport.TryQueue(envelope.To, lane, PeerFrameKind.ReplicaMessage, envelope, ReplicaPayload.Write)
            : Transport.TrySend(envelope.To, lane, PeerFrameKind.ReplicaMessage, envelope, ReplicaPayload.Write);
    }

    public void Send(NodeId to, Beacon beacon) => Transport.TrySend(to, PeerLane.Control, PeerFrameKind.Beacon, beacon, BeaconCodec.Write);

    public void Send(NodeId to, BeaconReply reply) => Transport.TrySend(to, PeerLane.Control, PeerFrameKind.BeaconReply, reply, BeaconCodec.Write);

    public void Send(NodeId to, LeaseReturn returned) =>
        Transport.TrySend(to, PeerLane.Control, PeerFrameKind.LeaseReturn, returned, BeaconCodec.Write);

    public void Propose(PartitionId partition, Configuration next) => Proposer(partition, next);

    public void Learnt(PartitionId partition, Configuration configuration) => Directory.Learn(partition, configuration);

    public void HurryBeacons() => Ticker?.Hurry();

    public void InDoubt(PartitionId participant, PreparedTransaction prepared) => Transactions.Resolve(participant, prepared, forces: prepared.IsExternal);

    public void Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget) =>
        Transactions.Deliver(home, id, decision, mayForget);

    public void JournalGrew() => Journal?.Grew();

    public void SendQueued()
    {
        Transport?.Flush();
        EventLoop.WakeHeld();
    }

    public bool IsFlusherAtWork => Journal is { IsLoopAtWork: true };

    public long HoldLimit => Journal is { SyncsAmongClients: true } ? LongestHold : 0;

    public bool GathersHere => Journal is { SyncsHereAmongClients: true };

    public bool IsGathering => Core.IsGathering;

    public bool OwesTurn => Core.OwesTurn;

    public bool TryFlushHere(bool isFirst)
    {
        var isFlushed = Journal?.TryFlushHere(isFirst) ?? false;

        // The loop that is to flush, too.
        EventLoop.WakeHeld();
        return isFlushed;
    }

    public void Report(PartitionId partition, in ReplicaEvent happened)
    {
        if (happened.Kind is ReplicaEventKind.Refused or ReplicaEventKind.Truncated or ReplicaEventKind.GaveUp or ReplicaEventKind.Damaged or ReplicaEventKind.Diverged or ReplicaEventKind.CatchUpStopped)
        {
            NodeLog.ReplicaWarning(logger, partition.Value, happened.Epoch.Value, happened.Kind.ToString(), happened.Detail);
        }
        else
        {
            NodeLog.Replica(logger, partition.Value, happened.Epoch.Value, happened.Kind.ToString(), happened.Detail);
        }
    }

    public void ReportPeer(NodeId peer, bool isSuspected, string cause)
    {
        if (isSuspected)
        {
            NodeLog.Suspected(logger, peer.ToString(), cause);
        }
        else
        {
            NodeLog.Trusted(logger, peer.ToString());
        }
    }

    public bool TrySendRequest(NodeId to, ReadOnlySpan<byte> request) => TrySend(to, PeerFrameKind.ForwardRequest, request);

    public void SendReply(NodeId to, ReadOnlySpan<byte> reply) => TrySend(to, PeerFrameKind.ForwardReply, reply);

    public bool TrySend(NodeId to, ReadOnlySpan<byte> frame, int maxQueue) =>
        Transport.TrySend(to, PeerLane.Bulk, PeerFrameKind.PubSub, frame, maxQueue);

    public void BeginTurn() => Router.BeginTurn();

    public void Receive(NodeId from, ulong incarnation, PeerFrameKind kind, ReadOnlyMemory<byte> payload)
    {
        switch (kind)
        {
            case PeerFrameKind.ReplicaMessage when ReplicaPayload.TryRead(payload, out var partition) is { } message:
                Core.Receive(from, partition, message);
                break;
            case PeerFrameKind.Beacon when BeaconCodec.TryReadBeacon(payload.Span) is { } beacon:
                Core.Receive(from, beacon);
                break;
            case PeerFrameKind.BeaconReply when BeaconCodec.TryReadReply(payload.Span) is { } reply:
                Core.Receive(from, reply);
                break;
            case PeerFrameKind.LeaseReturn when BeaconCodec.TryReadReturn(payload.Span) is { } returned:
                Core.Receive(from, returned);
                break;
            case PeerFrameKind.ForwardRequest:
                Router.ReceiveRequest(from, incarnation, payload.Span);
                break;
            case PeerFrameKind.ForwardReply:
                Router.ReceiveReply(payload.Span);
                break;
            case PeerFrameKind.PubSub when PubSub.Receive(from, payload.Span):
                break;
            case PeerFrameKind.ControllerAsk when ControllerAsk.TryRead(payload.Span) is { } ask:
                Obey(ask);
                break;
            default:
                NodeLog.Malformed(logger, kind.ToString(), from.ToString());
                break;
        }
    }

    public void SettleTurn() => Router.SettleTurn();

    public void EndTurn() => Router.EndTurn();

    /// <summary>Passes the controller's wish on, where it was decided on the configuration that still stands.</summary>
    internal void Obey(ControllerAsk ask)
    {
        var host = Core.FindHost(ask.Partition);
        if (host?.Status.Epoch != ask.Epoch)
        {
            return;
        }

        if (ask.Kind == ControllerAskKind.HandOver)
        {
            host.AskHandOver(ask.Node);
        }
        else
        {
            host.AskRemoval(ask.Node);
        }
    }

    private bool TrySend(NodeId to, PeerFrameKind kind, ReadOnlySpan<byte> frame) =>
        IsInTurn ? Transport.TryQueue(to, PeerLane.Bulk, kind, frame) : Transport.TrySend(to, PeerLane.Bulk, kind, frame);
}
