using System.Net;
using System.Net.Sockets;
using Catena.Core.Primitives;
using Catena.Server.Loops;
using Catena.Server.Routing;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners;

/// <summary>Accepts the connections of one protocol and keeps track of them.</summary>
/// <remarks>Thread-safe.</remarks>
internal abstract class TcpListenerHost : IAsyncDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly Lock _sync = new();
    private readonly Dictionary<long, ClientConnection> _open = [];
    private readonly HashSet<ClientConnection> _unreleased = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _requested;
    private EventLoop[] _own = [];
    private EventLoop[] _loops = [];
    private volatile ListenerOptions _options;
    private TaskCompletionSource? _allReleased;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _lastId;
    private bool _isFull;

    /// <summary>A listener that is not bound before <see cref="Start" />.</summary>
    /// <param name="protocol">The protocol's name in logs and metrics.</param>
    /// <param name="endPoint">Where it listens; port 0 for any free one.</param>
    /// <param name="options">Its limits.</param>
    /// <param name="router">Where commands go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    /// <param name="log">Where it logs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is none.</exception>
    protected TcpListenerHost(
        string protocol,
        IPEndPoint endPoint,
        ListenerOptions options,
        ICommandRouter router,
        TimeProvider time,
        Metrics.MetricsRegistry metrics,
        ILogger log)
    {
        options.Validate();
        Protocol = protocol;
        _requested = endPoint;
        _options = options;
        Router = router;
        Time = time;
        Metrics = new ListenerMetrics(metrics, protocol);
        Log = log;
    }

    /// <summary>The protocol's name.</summary>
    public string Protocol { get; }

    /// <summary>The limits, as they are now; replaced as a whole.</summary>
    public ListenerOptions Options => _options;

    /// <summary>Where commands go.</summary>
    public ICommandRouter Router { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The listener's figures.</summary>
    public ListenerMetrics Metrics { get; }

    /// <summary>Where the listener and its connections log.</summary>
    public ILogger Log { get; }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)(_listener?.LocalEndPoint ?? _requested);

    /// <summary>The open connections, by number.</summary>
    public IReadOnlyList<ClientConnection> Connections
    {
        get
        {
            lock (_sync)
            {
                return [.. _open.Values.OrderBy(connection => connection.Id)];
            }
        }
    }

    /// <summary>How many connections are open.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Changes limits while the listener runs; what is decided once a connection holds for new connections.</summary>
    /// <param name="change">Makes the new limits from the present ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is none; nothing is changed.</exception>
    public void Change(Func<ListenerOptions, ListenerOptions> change)
    {
        lock (_sync)
        {
            var changed = change(_options);
            changed.Validate();
            _options = changed;
        }
    }

    /// <summary>Binds and begins to accept.</summary>
    /// <param name="shared">The event loop that serves the clients where the listener has no threads of its own (<see cref="ListenerOptions.Threads" />); it runs until the listener has stopped.</param>
    /// <exception cref="ArgumentNullException">There are no threads of its own, and no such loop.</exception>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public void Start(EventLoop? shared = null)
    {
        if (Options.Threads == 0)
        {
            ArgumentNullException.ThrowIfNull(shared);
        }

        var listener = new Socket(_requested.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // A server that was killed comes back on its port at once; .NET sets SO_REUSEADDR for that on Unix by itself.
            listener.Bind(_requested);
            listener.Listen(Options.Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        StartLoops(shared);
        ListenerLog.Listening(Log, Protocol, EndPoint);
        _accepting = AcceptAsync(listener, _stop.Token);
    }

    /// <summary>Accepts no more, lets every connection answer what is under way, and closes them.</summary>
    /// <param name="deadline">When it is cancelled, what is still open is closed at once.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        OnStopping();
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);
        var allReleased = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ClientConnection[] connections;
        lock (_sync)
        {
            connections = [.. _unreleased];
            _allReleased = allReleased;
            if (connections.Length == 0)
            {
                allReleased.TrySetResult();
            }
        }

        foreach (var connection in connections)
        {
            connection.Stop();
        }

        try
        {
            await allReleased.Task.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            AbortAll();
        }
    }

    /// <summary>Stops without waiting for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        foreach (var loop in _own)
        {
            loop.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>The event loop that serves a connection.</summary>
    /// <param name="id">Its number.</param>
    internal EventLoop LoopOf(long id) => _loops[id % _loops.Length];

    /// <summary>The connection's socket is closed: it no longer counts.</summary>
    internal void OnClosed(ClientConnection connection)
    {
        lock (_sync)
        {
            _open.Remove(connection.Id);
            Metrics.Open.Set(_open.Count);
        }
    }

    /// <summary>Nothing of the connection is under way any more.</summary>
    internal void OnReleased(ClientConnection connection)
    {
        lock (_sync)
        {
            _unreleased.Remove(connection);
            if (_unreleased.Count == 0)
            {
                _allReleased?.TrySetResult();
            }
        }
    }

    /// <summary>A connection of the protocol, not started.</summary>
    /// <param name="socket">The connected socket.</param>
    /// <param name="id">Its number.</param>
    protected abstract ClientConnection Create(Socket socket, long id);

    /// <summary>Called when the listener begins to stop, perhaps twice.</summary>
    protected virtual void OnStopping()
    {
    }

    /// <summary>Whether what a client sends is acknowledged segment by segment, for clients that wait for that in the middle of a request.</summary>
    internal virtual bool AcknowledgesAtOnce => false;

    /// <summary>What a client is told for whom there is no room.</summary>
    protected abstract ReadOnlyMemory<byte> FullReply { get; }

    private void StartLoops(EventLoop? shared)
    {
        _own = [.. Enumerable.Range(0, Options.Threads).Select(_ => new EventLoop(Protocol, Router))];
        _loops = _own.Length > 0 ? _own : [shared!];
        foreach (var loop in _loops)
        {
            if (Options.SpinMicroseconds > 0)
            {
                loop.LookOutForClients(1000L * Options.SpinMicroseconds);
            }
        }

        foreach (var loop in _own)
        {
            loop.Start();
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Welcome(await listener.AcceptAsync(stop).ConfigureAwait(false));
            }
#pragma warning disable CA1031 // Out of descriptors, out of memory, a client that is gone already: none is the end of the listener.
            catch (Exception e) when (e is not InvariantException)
#pragma warning restore CA1031
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                ListenerLog.AcceptFailed(Log, Protocol, e);
                await Task.Delay(AcceptRetry, Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Welcome(Socket socket)
    {
        ClientConnection? connection;
        try
        {
            socket.NoDelay = true;
            if (Options.KeepAlive > TimeSpan.Zero)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Math.Max((int)Options.KeepAlive.TotalSeconds, 1));
            }

            connection = Register(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        if (connection is null)
        {
            TurnAway(socket);
        }
        else
        {
            Attach(connection, socket);
        }
    }

    private static void Attach(ClientConnection connection, Socket socket)
    {
        try
        {
            connection.Loop.Attach(connection, socket);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The system watches no more sockets: this one is closed, as where there are no more descriptors. Or the listener has stopped, and closed it already.
            connection.Abort();
            throw;
        }
    }

    private ClientConnection? Register(Socket socket)
    {
        lock (_sync)
        {
            if (_open.Count >= Options.MaxClients)
            {
                return null;
            }

            _isFull = false;
            var connection = Create(socket, ++_lastId);
            _open.Add(connection.Id, connection);
            _unreleased.Add(connection);
            Metrics.Open.Set(_open.Count);
            Metrics.Accepted.Increment();
            return connection;
        }
    }

    private void TurnAway(Socket socket)
    {
        Metrics.Rejected.Increment();
        if (!_isFull)
        {
            _isFull = true;
            ListenerLog.Full(Log, Protocol);
        }

        using (socket)
        {
            try
            {
                // A fresh connection's send buffer has room for a line, so this does not block.
                socket.Blocking = false;
                socket.Send(FullReply.Span);
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The client was faster.
            }
        }
    }

    private void AbortAll()
    {
        ClientConnection[] connections;
        lock (_sync)
        {
            connections = [.. _unreleased];
        }

        if (connections.Length > 0)
        {
            ListenerLog.StoppedHard(Log, connections.Length, Protocol);
            foreach (var connection in connections)
            {
                connection.Abort();
            }
        }
    }
}
