using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers.Outgoing;

/// <summary>Keeps one connection to one peer: dials, notices the end, dials again.</summary>
internal sealed class OutgoingLane
{
    private const double FirstDelayMilliseconds = 10;
    private static readonly TimeSpan LongLived = TimeSpan.FromSeconds(1);

    private readonly PeerTransportOptions _options;
    private readonly PeerLink _link;
    private readonly PeerLane _lane;
    private readonly ILogger _logger;
    private readonly CancellationToken _stop;
    private volatile OutgoingConnection? _connection;
    private Task _running = Task.CompletedTask;
    private string? _lastComplaint;

    /// <summary>A lane that does nothing yet.</summary>
    /// <param name="options">Who dials.</param>
    /// <param name="link">Hears how the lane fares.</param>
    /// <param name="lane">Which lane it is.</param>
    /// <param name="logger">The log.</param>
    public OutgoingLane(PeerTransportOptions options, PeerLink link, PeerLane lane, ILogger logger)
    {
        _options = options;
        _link = link;
        _lane = lane;
        _logger = logger;
        _stop = link.Stopping;
    }

    /// <summary>The connection; null while there is none.</summary>
    public OutgoingConnection? Connection => _connection;

    /// <summary>Begins to dial.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Sends what waits and ends; the link has said that it is <see cref="PeerLink.Stopping" />.</summary>
    /// <param name="deadline">Ends it in any case; already cancelled, nothing more is sent.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        if (_connection is { } connection)
        {
            await connection.DrainAsync(deadline).ConfigureAwait(false);
        }

        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var outcome = await Dialer.DialAsync(_options, _link.Address, _lane, _stop).ConfigureAwait(false);
                if (outcome.Connection is { } connection)
                {
                    failures = await KeepAsync(connection).ConfigureAwait(false) ? 0 : failures + 1;
                }
                else
                {
                    failures++;
                    Complain(outcome);
                    _link.Unreachable(outcome.IsHardRefused);
                }

                await BackOffAsync(failures).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // What a handler of the link's events throws is a broken invariant, and the process is told so.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _options.Fatal(e);
                return;
            }
        }
    }

    /// <summary>Stays with a connection to its end.</summary>
    /// <returns>Whether it lived long enough to be dialled again without delay.</returns>
    private async Task<bool> KeepAsync(OutgoingConnection connection)
    {
        var since = TimeProvider.System.GetTimestamp();
        _connection = connection;
        if (_stop.IsCancellationRequested)
        {
            connection.End("closed in order");
        }

        _lastComplaint = null;
        PeerLog.Connected(_logger, _lane, _link.Address.Node, connection.Incarnation);
        _link.LaneUp(_lane, connection.Incarnation);
        connection.WatchForEnd();
        var reason = await connection.Broken.ConfigureAwait(false);
        _connection = null;
        if (!_stop.IsCancellationRequested)
        {
            PeerLog.Disconnected(_logger, _lane, _link.Address.Node, reason);
        }

        _link.LaneDown(_lane);
        return TimeProvider.System.GetElapsedTime(since) >= LongLived;
    }

    private void Complain(DialOutcome outcome)
    {
        if (outcome.Reason != _lastComplaint)
        {
            _lastComplaint = outcome.Reason;
            PeerLog.DialFailed(_logger, _link.Address.Node, _link.Address.Host, _link.Address.Port, _lane, outcome.Reason);
        }
    }

    private Task BackOffAsync(int failures)
    {
        if (failures == 0)
        {
            return Task.CompletedTask;
        }

        var longest = Math.Min(_options.MaxReconnectDelay.TotalMilliseconds, FirstDelayMilliseconds * Math.Pow(2, failures - 1));
        return Task.Delay(TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2))), _stop);
    }
}
