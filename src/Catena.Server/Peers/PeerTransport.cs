using System.Buffers;
using System.Collections.Frozen;
using Catena.Core.Primitives;
using Catena.Server.Loops;
using Catena.Server.Peers.Incoming;
using Catena.Server.Peers.Outgoing;
using Catena.Server.Platform;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers;

/// <summary>The mesh of TCP connections between the nodes of a cluster.</summary>
/// <remarks>
/// <para>
/// Each node dials two connections to each peer, one a <see cref="PeerLane" />, and only sends on them; on those that peers dial it only
/// receives. So a pair has four connections, and a beacon never stands behind a snapshot. Both sides say at first who they are
/// (<see cref="Wire.Hello" />): cluster, identity and incarnation must fit.
/// </para>
/// <para>
/// Sending never blocks and never fails loudly: where a link is down or its bounded queue is full the frame is dropped and the
/// sender is told; the protocols above send again. What was accepted may still be lost with its connection. Silence is not
/// noticed here but by beacons; only a connection that takes nothing for long is cut.
/// </para>
/// <para>
/// What arrives is received by two event loops, one a <see cref="PeerLane" />. Thread-safe. Events come on any thread; those of one peer come one after the other, in order, and a handler must neither block nor call
/// <see cref="UpdatePeers" />, <see cref="CloseAsync" /> or <see cref="DisposeAsync" />.
/// </para>
/// </remarks>
internal sealed class PeerTransport : IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly PeerTransportOptions _options;
    private readonly ILogger _logger;
    private readonly PeerListener _listener;
    private readonly Timer _watch;
    private readonly HashSet<Task> _stopping = [];
    private volatile FrozenDictionary<NodeId, PeerLink> _links = FrozenDictionary<NodeId, PeerLink>.Empty;
    private Task? _closing;

    /// <summary>A transport that does nothing yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="receiver">Takes what peers send.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public PeerTransport(PeerTransportOptions options, IPeerReceiver receiver, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _logger = logger;
        _listener = new PeerListener(options, receiver, logger);
        _watch = new Timer(_ => CutStuck());
    }

    /// <summary>Both lanes to a peer are connected; with its incarnation. What was sent before on this link may be lost.</summary>
    public event Action<NodeId, ulong>? PeerConnected;

    /// <summary>A lane to a peer that was connected broke.</summary>
    public event Action<NodeId>? PeerDisconnected;

    /// <summary>Dialling a peer failed; with whether its machine said that nobody listens there, which means that its process is gone.</summary>
    public event Action<NodeId, bool>? PeerUnreachable;

    /// <summary>The port that peers connect to.</summary>
    public int Port => _listener.Port;

    /// <summary>The loop that receives what peers send on the bulk lane.</summary>
    public EventLoop Replication => _listener.LoopOf(PeerLane.Bulk);

    /// <summary>Begins to listen; peers are dialled once they are known.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address or port cannot be had.</exception>
    public void Start()
    {
        _listener.Start();
        _watch.Change(WatchInterval, WatchInterval);
        PeerLog.Listening(_logger, Port);
    }

    /// <summary>Tells who the peers are now; links to others are closed, and those whose address changed are dialled anew.</summary>
    /// <param name="peers">All peers; this node itself is passed over.</param>
    public void UpdatePeers(IReadOnlyList<PeerAddress> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        lock (_gate)
        {
            if (_closing is not null)
            {
                return;
            }

            var before = _links;
            var now = new Dictionary<NodeId, PeerLink>();
            var fresh = new List<PeerLink>();
            foreach (var address in peers.Where(peer => peer.Node != _options.Self))
            {
                if (!before.TryGetValue(address.Node, out var link) || link.Address != address)
                {
                    link = new PeerLink(this, _options, address, _logger);
                    fresh.Add(link);
                }

                now[address.Node] = link;
            }

            var gone = before.Values.Except(now.Values).ToArray();
            if (fresh.Count == 0 && gone.Length == 0)
            {
                return;
            }

            _links = now.ToFrozenDictionary();
            PeerLog.PeersChanged(_logger, string.Join(", ", now.Values.Select(link => $"{link.Address.Node} {link.Address.Host}:{link.Address.Port}")));
            foreach (var link in gone)
            {
                Stop(link);
            }

            foreach (var link in fresh)
            {
                link.Start();
            }
        }
    }

    /// <summary>All peers, connected or not.</summary>
    public ReadOnlySpan<NodeId> Peers => _links.Keys.AsSpan();

    /// <summary>Whether both lanes to a peer are connected.</summary>
    /// <param name="peer">The peer.</param>
    public bool IsConnected(NodeId peer) => _links.TryGetValue(peer, out var link) && link.IsConnected;

    /// <summary>Whether the bulk lane to a peer is connected and next to nothing waits on it to be sent.</summary>
    /// <param name="peer">The peer.</param>
    public bool IsBulkFree(NodeId peer) => _links.TryGetValue(peer, out var link) && link.ConnectionOf(PeerLane.Bulk) is { IsFree: true };

    /// <summary>Sends a frame, with what was queued before on its lane.</summary>
    /// <param name="to">The peer.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="kind">What the frame carries.</param>
    /// <param name="payload">The payload, copied.</param>
    /// <returns>False where the frame was dropped: the link is down or its queue is full.</returns>
    /// <exception cref="ArgumentException">The payload is over the lane's limit.</exception>
    public bool TrySend(NodeId to, PeerLane lane, PeerFrameKind kind, ReadOnlySpan<byte> payload) =>
        TryAppend(to, lane, kind, payload, static (writer, bytes) => writer.Write(bytes), atOnce: true);

    /// <summary>Sends a frame whose payload is written straight into the link's buffer, with what was queued before on its lane.</summary>
    /// <typeparam name="TState">What the payload is written from.</typeparam>
    /// <param name="to">The peer.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="kind">What the frame carries.</param>
    /// <param name="state">Handed to the writer.</param>
    /// <param name="write">Writes the payload.</param>
    /// <returns>False where the frame was dropped: the link is down or its queue is full.</returns>
    /// <exception cref="ArgumentException">The payload is over the lane's limit.</exception>
    public bool TrySend<TState>(NodeId to, PeerLane lane, PeerFrameKind kind, TState state, PeerPayloadWriter<TState> write)
        where TState : allows ref struct => TryAppend(to, lane, kind, state, write, atOnce: true);

    /// <summary>Sends a frame that gives way to others: it is dropped where more than so many bytes wait already.</summary>
    /// <param name="to">The peer.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="kind">What the frame carries.</param>
    /// <param name="payload">The payload, copied.</param>
    /// <param name="maxQueue">How many bytes may wait on the lane, this frame's among them unless it is the only one.</param>
    /// <returns>False where the frame was dropped.</returns>
    /// <exception cref="ArgumentException">The payload is over the lane's limit.</exception>
    public bool TrySend(NodeId to, PeerLane lane, PeerFrameKind kind, ReadOnlySpan<byte> payload, int maxQueue) =>
        TryAppend(to, lane, kind, payload, static (writer, bytes) => writer.Write(bytes), atOnce: true, maxQueue);

    /// <summary>Queues a frame until <see cref="Flush()" /> or the next send on its lane, so that several go with one system call.</summary>
    /// <remarks>A long queue is sent at once all the same.</remarks>
    /// <param name="to">The peer.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="kind">What the frame carries.</param>
    /// <param name="payload">The payload, copied.</param>
    /// <returns>False where the frame was dropped: the link is down or its queue is full.</returns>
    /// <exception cref="ArgumentException">The payload is over the lane's limit.</exception>
    public bool TryQueue(NodeId to, PeerLane lane, PeerFrameKind kind, ReadOnlySpan<byte> payload) =>
        TryAppend(to, lane, kind, payload, static (writer, bytes) => writer.Write(bytes), atOnce: false);

    /// <summary>Queues a frame whose payload is written straight into the link's buffer, until <see cref="Flush()" /> or the next send.</summary>
    /// <typeparam name="TState">What the payload is written from.</typeparam>
    /// <param name="to">The peer.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="kind">What the frame carries.</param>
    /// <param name="state">Handed to the writer.</param>
    /// <param name="write">Writes the payload.</param>
    /// <returns>False where the frame was dropped: the link is down or its queue is full.</returns>
    /// <exception cref="ArgumentException">The payload is over the lane's limit.</exception>
    public bool TryQueue<TState>(NodeId to, PeerLane lane, PeerFrameKind kind, TState state, PeerPayloadWriter<TState> write)
        where TState : allows ref struct => TryAppend(to, lane, kind, state, write, atOnce: false);

    /// <summary>Sends what is queued for all peers.</summary>
    public void Flush()
    {
        foreach (var link in _links.Values)
        {
            link.Flush();
        }
    }

    /// <summary>Sends what is queued for one peer.</summary>
    /// <param name="to">The peer.</param>
    public void Flush(NodeId to)
    {
        if (_links.TryGetValue(to, out var link))
        {
            link.Flush();
        }
    }

    /// <summary>Sends what was accepted, control first, and ends; nothing more is accepted or received.</summary>
    /// <param name="patience">How long sending may take.</param>
    public Task CloseAsync(TimeSpan patience)
    {
        lock (_gate)
        {
            return _closing ??= CloseLinksAsync(patience);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);

    /// <summary>Hears from a link that both its lanes are connected.</summary>
    internal void OnConnected(NodeId peer, ulong incarnation) => PeerConnected?.Invoke(peer, incarnation);

    /// <summary>Hears from a link that a lane broke.</summary>
    internal void OnDisconnected(NodeId peer) => PeerDisconnected?.Invoke(peer);

    /// <summary>Hears from a link that dialling failed.</summary>
    internal void OnUnreachable(NodeId peer, bool hardRefused) => PeerUnreachable?.Invoke(peer, hardRefused);

    private bool TryAppend<TState>(
        NodeId to, PeerLane lane, PeerFrameKind kind, TState state, PeerPayloadWriter<TState> write, bool atOnce, int maxQueue = int.MaxValue)
        where TState : allows ref struct =>
        _links.TryGetValue(to, out var link)
        && link.ConnectionOf(lane) is { } connection
        && connection.TryAppend(kind, state, write, atOnce, maxQueue);

    private void CutStuck()
    {
        var now = MonotonicClock.Now;
        foreach (var link in _links.Values)
        {
            link.CutStuck(now, MonotonicClock.Nanoseconds(_options.StuckTimeout));
        }
    }

    private void Stop(PeerLink link)
    {
        var stopping = link.DisposeAsync().AsTask();
        _stopping.RemoveWhere(task => task.IsCompletedSuccessfully);
        _stopping.Add(stopping);
    }

    private async Task CloseLinksAsync(TimeSpan patience)
    {
        await Task.Yield();
        using var deadline = new CancellationTokenSource(patience);
        await Task.WhenAll([.. _links.Values.Select(link => link.StopAsync(deadline.Token)), .. _stopping]).ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
    }
}
