using System.Net.Sockets;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.ZooKeeper.Client;

/// <summary>
/// One session over as many connections as it takes: finds a server, keeps the state, sets watches again, notices the end.
/// </summary>
/// <remarks>
/// The session is given up where a server says that it has expired, where one gives another in its place, and where no server was heard
/// for four thirds of the timeout: then it has ended for certain, whatever a server that was asleep may think. There is no second
/// session.
/// </remarks>
internal sealed class ClientSession : IConnectionListener, IAsyncDisposable
{
    private const int WatchPortionBytes = 128 * 1024;
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ZooKeeperClientOptions _options;
    private readonly ServerAddress[] _servers;
    private readonly string _chroot;
    private readonly EventDispatcher _dispatcher;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly List<Credentials> _credentials = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _stateChange = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClientConnection? _connection;
    private byte[] _password = new byte[ConnectRequest.PasswordLength];
    private long _sessionId;
    private long _lastZxid;
    private long _lastContact;
    private int _nextServer;
    private int _attempts;
    private bool _closing;

    /// <summary>Starts to look for a server.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="connectString">The servers and the chroot.</param>
    public ClientSession(ZooKeeperClientOptions options, ConnectString connectString)
    {
        _options = options;
        _servers = [.. connectString.Servers];
        Random.Shared.Shuffle(_servers);
        _chroot = connectString.Chroot;
        Timeout = options.SessionTimeout;
        _dispatcher = new EventDispatcher(options.Logger);
        _ = Task.Run(_dispatcher.RunAsync);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Hears of every change of state, in order with watch events.</summary>
    public event Action<SessionState>? StateChanged;

    /// <summary>The watches.</summary>
    public WatchRegistry Watches { get; } = new();

    /// <summary>How things stand.</summary>
    public SessionState State { get; private set; }

    /// <summary>The server that the connection is to; null while there is none.</summary>
    public ServerAddress? Server { get; private set; }

    /// <summary>The session; 0 before there is one.</summary>
    public long SessionId => Volatile.Read(ref _sessionId);

    /// <summary>The newest transaction that a reply named.</summary>
    public long LastZxid => Volatile.Read(ref _lastZxid);

    /// <summary>The session timeout: what was asked for, and then what the server gave.</summary>
    public TimeSpan Timeout { get; private set; }

    private ILogger Logger => _options.Logger;

    /// <summary>Sends a request and waits for its reply.</summary>
    /// <typeparam name="T">The reply's type.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    public async Task<T> SendAsync<T>(TypedRequest<T> request, CancellationToken cancellationToken)
    {
        ClientConnection? connection;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(ZooKeeperClient));
            connection = _connection;
            if (State == SessionState.Expired)
            {
                throw SessionExpired(request.Path);
            }
        }

        if (connection is null || !connection.TrySubmit(request))
        {
            throw new ZooKeeperException(ErrorCode.ConnectionLoss, request.Path, "there is no connection to ZooKeeper; nothing was sent");
        }

        return await request.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Presents credentials, on this connection and on every later one.</summary>
    /// <param name="credentials">The credentials.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">They were refused, and are forgotten; or there is no connection, and they are kept.</exception>
    public async Task AddCredentialsAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _credentials.Add(credentials);
        }

        try
        {
            await SendAsync(credentials.Request(), cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.AuthFailed)
        {
            lock (_gate)
            {
                _credentials.Remove(credentials);
            }

            throw;
        }
    }

    /// <summary>Waits until the session is connected.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">The session has expired.</exception>
    /// <exception cref="ObjectDisposedException">The client was closed.</exception>
    public async Task WaitForConnectedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                switch (State)
                {
                    case SessionState.Connected:
                        return;
                    case SessionState.Expired:
                        throw SessionExpired(null);
                    default:
                        ObjectDisposedException.ThrowIf(_closing, typeof(ZooKeeperClient));
                        break;
                }

                change = _stateChange.Task;
            }

            await (await Task.WhenAny(change, _running).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the session in order where that is possible, and the client in any case.</summary>
    public async ValueTask DisposeAsync()
    {
        ClientConnection? connection;
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_closing;
            _closing = true;
            connection = _connection;
        }

        if (!isFirst)
        {
            await _closed.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            if (connection is not null)
            {
                await CloseSessionAsync(connection).ConfigureAwait(false);
            }

            await _stop.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
        }
        finally
        {
            SetState(SessionState.Closed);
            _dispatcher.Complete();
            _stop.Dispose();
            _closed.SetResult();
        }
    }

    /// <inheritdoc />
    public void OnZxid(long zxid) => Volatile.Write(ref _lastZxid, zxid);

    /// <inheritdoc />
    public void OnEvent(WatchedEvent happened)
    {
        var callbacks = Watches.Take(happened);
        if (callbacks.Count == 0)
        {
            return;
        }

        if (_dispatcher.Count >= _options.MaxQueuedEvents)
        {
            throw new InvalidDataException($"{_options.MaxQueuedEvents} watch events wait for their callbacks");
        }

        var shown = happened with { Path = ClientPath.Strip(_chroot, happened.Path) };
        foreach (var callback in callbacks)
        {
            _dispatcher.Post(() => callback(shown));
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested && !HasRunOut())
            {
                if (await TryOpenAsync(_servers[_nextServer++ % _servers.Length]).ConfigureAwait(false) is { } connection)
                {
                    using (connection)
                    {
                        var reason = await connection.RunAsync(Timeout, _stop.Token).ConfigureAwait(false);
                        Lose(connection, reason);
                        connection.FailPending(reason);
                    }
                }

                if (State == SessionState.Expired)
                {
                    return;
                }

                await BackOffAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The client is being closed.
        }
    }

    private async Task<ClientConnection?> TryOpenAsync(ServerAddress server)
    {
        var patience = Timeout / _servers.Length;
        if (SessionId != 0)
        {
            patience = TimeSpan.FromTicks(Math.Min(patience.Ticks, Math.Max(Remaining().Ticks, TimeSpan.TicksPerMillisecond)));
        }

        _attempts++;
        using var deadline = new CancellationTokenSource(patience, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            var request = new ConnectRequest(LastZxid, (int)_options.SessionTimeout.TotalMilliseconds, SessionId, _password, false);
            var (connection, response) = await ClientConnection.OpenAsync(server, request, this, _options, either.Token)
                .ConfigureAwait(false);
            return Adopt(connection, response, server) ? connection : null;
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException
            || (e is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            ClientLog.ConnectFailed(Logger, e, server);
            return null;
        }
    }

    private bool Adopt(ClientConnection connection, ConnectResponse response, ServerAddress server)
    {
        var asked = SessionId;
        if (response.TimeoutMilliseconds <= 0 || (asked != 0 && response.SessionId != asked))
        {
            connection.Dispose();
            if (asked == 0)
            {
                return false;
            }

            Expire("the server says so");
            return false;
        }

        _password = response.Password.ToArray();
        Volatile.Write(ref _sessionId, response.SessionId);
        _attempts = 0;
        Credentials[] credentials;
        lock (_gate)
        {
            credentials = [.. _credentials];
        }

        foreach (var one in credentials)
        {
            connection.TrySubmit(one.Request());
        }

        foreach (var portion in Watches.Restore(LastZxid, WatchPortionBytes))
        {
            var withPersistent = portion.Persistent.Count + portion.PersistentRecursive.Count > 0;
            connection.TrySubmit(new TypedRequest<bool>(
                withPersistent ? OpCode.SetWatches2 : OpCode.SetWatches,
                null,
                writer => portion.Write(writer, withPersistent),
                static (ErrorCode _, ref JuteReader _) => true));
        }

        lock (_gate)
        {
            Timeout = TimeSpan.FromMilliseconds(response.TimeoutMilliseconds);
            _connection = connection;
            Server = server;
        }

        ClientLog.Established(Logger, response.SessionId, server, response.TimeoutMilliseconds);
        SetState(SessionState.Connected);
        return true;
    }

    private void Lose(ClientConnection connection, string reason)
    {
        lock (_gate)
        {
            _connection = null;
            Server = null;
            _lastContact = connection.LastHeard;
            if (_closing)
            {
                return;
            }
        }

        ClientLog.ConnectionLost(Logger, SessionId, _servers[(_nextServer - 1) % _servers.Length], reason);
        SetState(SessionState.Disconnected);
    }

    private void Expire(string reason)
    {
        ClientLog.Expired(Logger, SessionId, reason);
        SetState(SessionState.Expired);
    }

    private bool HasRunOut()
    {
        if (SessionId == 0 || Remaining() > TimeSpan.Zero)
        {
            return false;
        }

        Expire("no server was heard for four thirds of its timeout");
        return true;
    }

    private TimeSpan Remaining() => (Timeout * 4 / 3) - _options.TimeProvider.GetElapsedTime(_lastContact);

    private Task BackOffAsync()
    {
        var isFirstRound = SessionId == 0 && _attempts < _servers.Length;
        if (isFirstRound)
        {
            return Task.CompletedTask;
        }

        var longest = _options.ReconnectDelay * Math.Min(1.0, 0.125 * (1 << Math.Min(_attempts, 3)));
        return Task.Delay(longest * Random.Shared.NextDouble(), _options.TimeProvider, _stop.Token);
    }

    private async Task CloseSessionAsync(ClientConnection connection)
    {
        var request = new TypedRequest<bool>(OpCode.CloseSession, null, static _ => { }, static (ErrorCode _, ref JuteReader _) => true);
        try
        {
            if (connection.TrySubmit(request))
            {
                var patience = Timeout < LongestClose ? Timeout : LongestClose;
                await request.Outcome.WaitAsync(patience, _options.TimeProvider).ConfigureAwait(false);
                ClientLog.Closed(Logger, SessionId);
            }
        }
        catch (Exception e) when (e is ZooKeeperException or TimeoutException)
        {
            ClientLog.CloseFailed(Logger, e, SessionId);
        }
    }

    private void SetState(SessionState state)
    {
        TaskCompletionSource change;
        lock (_gate)
        {
            if (State == state || State == SessionState.Closed)
            {
                return;
            }

            State = state;
            change = _stateChange;
            _stateChange = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _dispatcher.Post(() => StateChanged?.Invoke(state));
        }

        change.SetResult();
    }

    private static ZooKeeperException SessionExpired(string? path) =>
        new(ErrorCode.SessionExpired, path, "the ZooKeeper session has expired; nothing was sent");
}
