using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Server.Node;

/// <summary>One node's judgement of all others: a failure detector each, and whom they hear in turn.</summary>
/// <remarks>
/// Inputs are guarded by the lock in here; what replicas ask is answered from a picture that each tick replaces, so that asking
/// takes no lock. Nodes that are started together do not all listen at once, so one that has not been heard in this life is given more
/// time before its silence counts. An answered beacon is what counts as a sign of life, so that a link that works one way only is found by both.
/// </remarks>
internal sealed class PeerWatch(FailureDetectorSettings settings, long startGrace, NodeId self, INodePorts ports) : IPeerHealth
{
    /// <summary>After which silence a peer is late: well before it is suspected, and after more than one beacon that it has not answered.</summary>
    private readonly long _lateAfter = settings.MinSilenceNanos / 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, Peer> _peers = [];
    private volatile Dictionary<NodeId, Standing> _picture = [];

    /// <summary>This node's own life.</summary>
    internal ulong OwnIncarnation { get; set; }

    /// <summary>Whom this node hears steadily.</summary>
    internal ImmutableArray<NodeId> Heard { get; private set; } = [];

    /// <inheritdoc />
    public bool IsSuspected(NodeId node) => _picture.TryGetValue(node, out var standing) && standing.IsSuspected;

    /// <inheritdoc />
    public bool IsSameLife(NodeId node, ulong incarnation) => node == self
        ? incarnation == OwnIncarnation
        : _picture.TryGetValue(node, out var standing) && !standing.IsSuspected && (standing.Incarnation == 0 || standing.Incarnation == incarnation);

    /// <inheritdoc />
    public bool IsSteady(NodeId node, ReadOnlySpan<NodeId> others)
    {
        if (!_picture.TryGetValue(node, out var standing) || !standing.IsSteady)
        {
            return false;
        }

        foreach (var other in others)
        {
            var isMutual = other == node
                || other == self
                || (standing.Hears.Contains(other) && _picture.TryGetValue(other, out var theirs) && theirs.Hears.Contains(node));
            if (!isMutual)
            {
                return false;
            }
        }

        return true;
    }

    internal void Add(NodeId node)
    {
        lock (_gate)
        {
            PeerOf(node);
        }
    }

    internal void BeaconAnswered(NodeId node, ulong incarnation, ImmutableArray<NodeId> hears)
    {
        lock (_gate)
        {
            var peer = PeerOf(node);
            peer.Detector.BeaconArrived(ports.Now);
            peer.Hears = hears;
            peer.Incarnation = Math.Max(peer.Incarnation, incarnation);
            peer.WasHeard = true;
            peer.HeardAt = ports.Now;
        }
    }

    internal void Connected(NodeId node)
    {
        lock (_gate)
        {
            PeerOf(node).Detector.Connected(ports.Now);
        }
    }

    internal void ConnectionBroken(NodeId node)
    {
        lock (_gate)
        {
            PeerOf(node).Detector.ConnectionBroken(ports.Now);
        }
    }

    internal void ConnectionRefused(NodeId node)
    {
        lock (_gate)
        {
            PeerOf(node).Detector.ConnectionRefused(ports.Now);
        }
    }

    /// <summary>Whether anybody is suspected.</summary>
    internal bool SuspectsAnybody { get; private set; }

    /// <summary>Whether anybody has been silent for so long that it is time to look closely.</summary>
    internal bool IsAnybodyLate { get; private set; }

    /// <summary>Judges everybody anew.</summary>
    /// <returns>Whether somebody is suspected who was not, or the other way round.</returns>
    internal bool Tick()
    {
        lock (_gate)
        {
            var hasChanged = false;
            var now = ports.Now;
            foreach (var (node, peer) in _peers)
            {
                var suspicion = peer.Detector.Tick(now);
                var isSuspected = suspicion.IsSuspected && (peer.WasHeard || now - peer.Since >= startGrace);
                if (isSuspected != peer.WasSuspected)
                {
                    hasChanged = true;
                    peer.WasSuspected = isSuspected;
                    ports.ReportPeer(node, isSuspected, suspicion.Cause.ToString());
                }
            }

            _picture = _peers.ToDictionary(
                pair => pair.Key,
                pair => new Standing(pair.Value.WasSuspected, pair.Value.Detector.IsSteady(now), pair.Value.Incarnation, pair.Value.Hears));
            SuspectsAnybody = _peers.Values.Any(peer => peer.WasSuspected);
            IsAnybodyLate = _peers.Values.Any(peer => now - peer.HeardAt >= _lateAfter);
            Heard = [.. _peers.Where(pair => !pair.Value.WasSuspected && _picture[pair.Key].IsSteady).Select(pair => pair.Key).Order()];
            return hasChanged;
        }
    }

    private Peer PeerOf(NodeId node)
    {
        if (!_peers.TryGetValue(node, out var peer))
        {
            peer = new Peer(new FailureDetector(settings, ports.Now), ports.Now) { HeardAt = ports.Now };
            _peers[node] = peer;
        }

        return peer;
    }

    private sealed class Peer(FailureDetector detector, long since)
    {
        internal long Since => since;

        internal bool WasHeard { get; set; }

        internal long HeardAt { get; set; }

        internal ulong Incarnation { get; set; }

        internal FailureDetector Detector => detector;

        internal ImmutableArray<NodeId> Hears { get; set; } = [];

        internal bool WasSuspected { get; set; }
    }

    private readonly record struct Standing(bool IsSuspected, bool IsSteady, ulong Incarnation, ImmutableArray<NodeId> Hears);
}
