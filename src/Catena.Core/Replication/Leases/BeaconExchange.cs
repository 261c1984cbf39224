using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>One node's exchange of beacons with all others: signs of life and leases, one message a pair for all partitions.</summary>
/// <remarks>
/// <para>
/// A lease counts from when its beacon was sent, so the sending time of each round is kept here and nothing that comes back can
/// change it; rounds are never used again, so that an answer cannot be taken for another round's (etcd issue 20418). A grantor
/// remembers the list of each peer's requests by version and answers with exceptions.
/// </para>
/// <para>Not thread-safe: the host's beacon lock guards it. Times are nanoseconds of the host's monotonic clock.</para>
/// </remarks>
public sealed class BeaconExchange
{
    private const int MaxOpenRounds = 64;

    private readonly ulong _incarnation;
    private readonly ILeaseBook _book;
    private readonly Dictionary<NodeId, Peer> _peers = [];

    /// <summary>An exchange that has sent nothing yet.</summary>
    /// <param name="incarnation">This node's life.</param>
    /// <param name="book">This node's replicas.</param>
    public BeaconExchange(ulong incarnation, ILeaseBook book)
    {
        _incarnation = incarnation;
        _book = book;
    }

    /// <summary>The number of the last beacon sent to anyone.</summary>
    public ulong Round { get; private set; }

    /// <summary>The next beacon for a peer.</summary>
    /// <param name="to">The peer.</param>
    /// <param name="heard">Whom this node hears steadily.</param>
    /// <param name="now">The time at which it is sent, or a little before.</param>
    public Beacon Send(NodeId to, ImmutableArray<NodeId> heard, long now)
    {
        var peer = PeerOf(to);
        var requests = _book.RequestsFor(to);
        if (!peer.Requests.AsSpan().SequenceEqual(requests.ToArray()))
        {
            peer.Requests = [.. requests];
            peer.ListVersion++;
            peer.IsListKnown = false;
        }

        Round++;
        peer.Open.Enqueue((Round, now, peer.Requests));
        while (peer.Open.Count > MaxOpenRounds)
        {
            peer.Open.Dequeue();
        }

        return new Beacon(_incarnation, Round, peer.ListVersion, peer.IsListKnown ? null : peer.Requests, heard);
    }

    /// <summary>Answers a beacon, granting what the replicas here allow.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="beacon">What it asks for.</param>
    /// <param name="heard">Whom this node hears steadily.</param>
    /// <param name="now">When it was received: promises count from here.</param>
    public BeaconReply Answer(NodeId from, Beacon beacon, ImmutableArray<NodeId> heard, long now)
    {
        ArgumentNullException.ThrowIfNull(beacon);
        var peer = PeerOf(from);
        peer.NewestLife = Math.Max(peer.NewestLife, beacon.Incarnation);
        if (beacon.Requests is { } list)
        {
            peer.Asked = (beacon.Incarnation, beacon.ListVersion, list);
        }

        if (peer.Asked.Incarnation != beacon.Incarnation || peer.Asked.Version != beacon.ListVersion)
        {
            return new BeaconReply(beacon.Incarnation, beacon.Round, _incarnation, true, [], heard);
        }

        var refused = ImmutableArray.CreateBuilder<int>();
        for (var place = 0; place < peer.Asked.List.Length; place++)
        {
            if (!_book.Grant(from, peer.Asked.List[place], now))
            {
                refused.Add(place);
            }
        }

        return new BeaconReply(beacon.Incarnation, beacon.Round, _incarnation, false, refused.ToImmutable(), heard);
    }

    /// <summary>Takes the answer to a beacon and hands its leases to the replicas.</summary>
    /// <param name="from">Who answered.</param>
    /// <param name="reply">What is granted.</param>
    /// <returns>When the beacon was sent, for the failure detector; null where the answer is to no open round.</returns>
    public long? Receive(NodeId from, BeaconReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var peer = PeerOf(from);
        if (reply.Incarnation != _incarnation)
        {
            return null;
        }

        while (peer.Open.TryPeek(out var oldest) && oldest.Round < reply.Round)
        {
            peer.Open.Dequeue();
        }

        if (!peer.Open.TryPeek(out var round) || round.Round != reply.Round)
        {
            return null;
        }

        peer.Open.Dequeue();
        peer.IsListKnown = !reply.NeedsList && round.Requests == peer.Requests;
        if (!reply.NeedsList)
        {
            Grant(from, reply, round.Requests, round.SentAt);
        }

        return round.SentAt;
    }

    /// <summary>Says whether a returned lease is one that was granted here, so that promises to the sender may be struck out.</summary>
    /// <remarks>
    /// A return of an earlier life that arrives late says nothing about the leases of a later one. After a good one, beacons of that
    /// life that are still under way can only lead to promises that hold longer than they need to.
    /// </remarks>
    /// <param name="from">Who sent it.</param>
    /// <param name="returned">What it says.</param>
    public bool Accepts(NodeId from, LeaseReturn returned)
    {
        ArgumentNullException.ThrowIfNull(returned);
        return returned.Incarnation >= PeerOf(from).NewestLife;
    }

    private void Grant(NodeId from, BeaconReply reply, ImmutableArray<LeaseRequest> requests, long sentAt)
    {
        var refused = 0;
        for (var place = 0; place < requests.Length; place++)
        {
            if (refused < reply.Refused.Length && reply.Refused[refused] == place)
            {
                refused++;
            }
            else
            {
                _book.Granted(from, requests[place], sentAt);
            }
        }
    }

    private Peer PeerOf(NodeId node)
    {
        if (!_peers.TryGetValue(node, out var peer))
        {
            peer = new Peer();
            _peers[node] = peer;
        }

        return peer;
    }

    private sealed class Peer
    {
        internal Queue<(ulong Round, long SentAt, ImmutableArray<LeaseRequest> Requests)> Open { get; } = new();

        internal ImmutableArray<LeaseRequest> Requests { get; set; } = [];

        internal ulong ListVersion { get; set; }

        internal bool IsListKnown { get; set; }

        internal ulong NewestLife { get; set; }

        internal (ulong Incarnation, ulong Version, ImmutableArray<LeaseRequest> List) Asked { get; set; } = (0, 0, []);
    }
}
