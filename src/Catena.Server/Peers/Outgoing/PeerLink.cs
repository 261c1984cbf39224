using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers.Outgoing;

/// <summary>This node's way to one peer: a lane for control and one for bulk.</summary>
/// <remarks>What happens to the lanes is told to the transport in order, under the link's lock.</remarks>
internal sealed class PeerLink : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PeerTransport _transport;
    private readonly OutgoingLane _control;
    private readonly OutgoingLane _bulk;
    private bool _isControlUp;
    private bool _isBulkUp;
    private ulong _incarnation;

    /// <summary>A link that does nothing yet.</summary>
    /// <param name="transport">Hears how the link fares.</param>
    /// <param name="options">Who dials.</param>
    /// <param name="address">Who is dialled.</param>
    /// <param name="logger">The log.</param>
    public PeerLink(PeerTransport transport, PeerTransportOptions options, PeerAddress address, ILogger logger)
    {
        _transport = transport;
        Address = address;
        _control = new OutgoingLane(options, this, PeerLane.Control, logger);
        _bulk = new OutgoingLane(options, this, PeerLane.Bulk, logger);
    }

    /// <summary>Whose link it is, and where it is dialled.</summary>
    public PeerAddress Address { get; }

    /// <summary>Cancelled when the link is to end.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Whether both lanes are connected.</summary>
    public bool IsConnected => _control.Connection is not null && _bulk.Connection is not null;

    /// <summary>Begins to dial.</summary>
    public void Start()
    {
        _control.Start();
        _bulk.Start();
    }

    /// <summary>The connection of a lane; null while there is none.</summary>
    /// <param name="lane">The lane.</param>
    public OutgoingConnection? ConnectionOf(PeerLane lane) => (lane == PeerLane.Control ? _control : _bulk).Connection;

    /// <summary>Sends what waits on both lanes.</summary>
    public void Flush()
    {
        _control.Connection?.Flush();
        _bulk.Connection?.Flush();
    }

    /// <summary>Cuts the connections that have been stuck for long.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">How long is long, in nanoseconds.</param>
    public void CutStuck(long now, long limit)
    {
        foreach (var lane in (ReadOnlySpan<OutgoingLane>)[_control, _bulk])
        {
            if (lane.Connection is { } connection && connection.IsStuck(now, limit))
            {
                connection.End($"it took nothing for {limit / 1_000_000} ms");
            }
        }
    }

    /// <summary>Sends what waits and ends, control first.</summary>
    /// <param name="deadline">Ends it in any case.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _control.StopAsync(deadline).ConfigureAwait(false);
        await _bulk.StopAsync(deadline).ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Ends, dropping what waits; in place of <see cref="StopAsync" />.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    /// <summary>Hears that a lane is connected.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="incarnation">The peer's life.</param>
    public void LaneUp(PeerLane lane, ulong incarnation)
    {
        lock (_gate)
        {
            Set(lane, true);
            _incarnation = Math.Max(_incarnation, incarnation);
            if (_isControlUp && _isBulkUp)
            {
                _transport.OnConnected(Address.Node, _incarnation);
            }
        }
    }

    /// <summary>Hears that a lane is no longer connected.</summary>
    /// <param name="lane">The lane.</param>
    public void LaneDown(PeerLane lane)
    {
        lock (_gate)
        {
            var wasConnected = _isControlUp && _isBulkUp;
            Set(lane, false);
            if (wasConnected)
            {
                _transport.OnDisconnected(Address.Node);
            }
        }
    }

    /// <summary>Hears that dialling failed.</summary>
    /// <param name="hardRefused">Whether nobody listens there.</param>
    public void Unreachable(bool hardRefused)
    {
        lock (_gate)
        {
            _transport.OnUnreachable(Address.Node, hardRefused);
        }
    }

    private void Set(PeerLane lane, bool isUp)
    {
        if (lane == PeerLane.Control)
        {
            _isControlUp = isUp;
        }
        else
        {
            _isBulkUp = isUp;
        }
    }
}
