using System.Net;
using System.Net.Sockets;
using Catena.ZooKeeper.Server.Storage;

namespace Catena.ZooKeeper.Server;

/// <summary>A ZooKeeper server of one, inside the process, for clusters on one machine.</summary>
/// <remarks>
/// <para>
/// It speaks the wire protocol of Apache ZooKeeper 3.8 to any client of it, and keeps its promises: a write is on disk before it is
/// answered, and tree, zxid, sessions and sequence numbers survive the process. Access control lists hold as with Apache's built-in
/// schemes. It has no quorum, no SASL, no TLS, no times to live and no read-only mode, and listens on loopback only.
/// </para>
/// <para>
/// A log that cannot be written ends the process, since nobody knows what is on disk then. A full disk does not: the log's space is set
/// aside beforehand, and once it is used up writes are refused with <c>SystemError</c>, and nothing happened, until there is room
/// again.
/// </para>
/// </remarks>
public sealed class EmbeddedZooKeeperServer : IAsyncDisposable
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly EmbeddedZooKeeperServerOptions _options;
    private readonly TransactionStore _store;
    private readonly Socket _listener;
    private readonly EngineThread _engine;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private readonly Task _ticking;
    private long _lastLink;

    private EmbeddedZooKeeperServer(EmbeddedZooKeeperServerOptions options, TransactionStore store, Socket listener)
    {
        _options = options;
        _store = store;
        _listener = listener;
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _engine = new EngineThread(new ServerEngine(store, options with { EndPoint = EndPoint }), options);
        _accepting = AcceptAsync();
        _ticking = TickAsync();
        ServerLog.Listening(options.Logger, EndPoint);
    }

    /// <summary>Where the server listens, with the port that was given where any was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Recovers what the data directory holds and starts to listen.</summary>
    /// <param name="options">How the server is to behave.</param>
    /// <param name="cancellationToken">Gives up before it listens.</param>
    /// <returns>A server that answers.</returns>
    /// <exception cref="ArgumentException">The endpoint is not a loopback address, or a limit makes no sense.</exception>
    /// <exception cref="CorruptStoreException">What the data directory holds is damaged.</exception>
    /// <exception cref="IOException">Another server uses the data directory, or the system refused it.</exception>
    /// <exception cref="SocketException">The endpoint is taken.</exception>
    public static Task<EmbeddedZooKeeperServer> StartAsync(
        EmbeddedZooKeeperServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.AllowsAnyAddress && !IPAddress.IsLoopback(options.EndPoint.Address))
        {
            throw new ArgumentException(
                $"the embedded server asks nobody who they are, so it does not listen on {options.EndPoint}", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.TickTime, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxFrameBytes, 1024, nameof(options));
        return Task.Run(() => Start(options), cancellationToken);
    }

    /// <summary>Stops to listen and closes all connections and the log; sessions live on in the data directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await Task.WhenAll(_accepting, _ticking).ConfigureAwait(false);
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
        await Task.Run(_engine.Dispose).ConfigureAwait(false);
        _store.Dispose();
    }

    private static EmbeddedZooKeeperServer Start(EmbeddedZooKeeperServerOptions options)
    {
        var store = TransactionStore.Open(options.DataDirectory, options.LogFileBytes, options.Logger, options.Flush);
        var listener = new Socket(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(options.EndPoint);
            listener.Listen();
            return new EmbeddedZooKeeperServer(options, store, listener);
        }
        catch
        {
            listener.Dispose();
            store.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                socket.NoDelay = true;
                Serve(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                // Most likely too many open files: those that are open will be fewer in a while.
                ServerLog.AcceptFailed(_options.Logger, e);
                await Task.Delay(AcceptPause, _options.TimeProvider).ConfigureAwait(false);
            }
        }
    }

    private void Serve(Socket socket)
    {
        lock (_gate)
        {
            if (_connections.Count >= _options.MaxConnections)
            {
                socket.Dispose();
                return;
            }

            var connection = new ServerConnection(socket, new ServerLink(++_lastLink, socket.RemoteEndPoint as IPEndPoint), _engine, _options);
            var serving = Task.Run(() => connection.RunAsync(_stop.Token));
            _connections.Add(serving);
            _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Forget(Task serving)
    {
        lock (_gate)
        {
            _connections.Remove(serving);
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_options.TickTime, _options.TimeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                _engine.TryPost(new ServerWork(ServerWorkKind.Tick));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server is being stopped.
        }
    }
}
