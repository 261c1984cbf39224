using System.Net;
using System.Net.Sockets;
using Catena.Core.Primitives;
using Catena.Server.Loops;
using Catena.Server.Peers.Wire;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers.Incoming;

/// <summary>Accepts connections of peers and knows which are open.</summary>
/// <remarks>Of each peer and lane there is one connection: a later one replaces the earlier, and one of an earlier life is refused.</remarks>
internal sealed class PeerListener : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly PeerTransportOptions _options;
    private readonly EventLoop _control;
    private readonly EventLoop _bulk;
    private readonly ILogger _logger;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<IncomingConnection> _open = [];
    private readonly Dictionary<(NodeId Node, PeerLane Lane), IncomingConnection> _admitted = [];
    private readonly Dictionary<NodeId, ulong> _newest = [];
    private Task _accepting = Task.CompletedTask;
    private int _handshakes;

    /// <summary>A listener that does not listen yet.</summary>
    /// <param name="options">Where it will, and who this node is.</param>
    /// <param name="receiver">Takes the frames.</param>
    /// <param name="logger">The log.</param>
    public PeerListener(PeerTransportOptions options, IPeerReceiver receiver, ILogger logger)
    {
        _options = options;
        Receiver = receiver;
        _logger = logger;
        _control = new EventLoop("beacons", receiver);
        _bulk = new EventLoop("replication", receiver, waitsForDisk: true);
    }

    /// <summary>Takes the frames.</summary>
    public IPeerReceiver Receiver { get; }

    /// <summary>Who receives what peers send on a lane.</summary>
    /// <param name="lane">The lane.</param>
    public EventLoop LoopOf(PeerLane lane) => lane == PeerLane.Control ? _control : _bulk;

    /// <summary>The port it listens at.</summary>
    public int Port { get; private set; }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public void Start()
    {
        _socket.Bind(new IPEndPoint(_options.Bind, _options.Port));
        _socket.Listen(Backlog);
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _control.Start();
        _bulk.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Ends all connections and listens no more; no frame is given out afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        IncomingConnection[] open;
        lock (_gate)
        {
            open = [.. _open];
        }

        foreach (var connection in open)
        {
            connection.Close();
        }

        foreach (var connection in open)
        {
            connection.Join();
        }

        _control.Dispose();
        _bulk.Dispose();
        _stop.Dispose();
    }

    /// <summary>Decides about a connection that has said who it is.</summary>
    /// <param name="hello">What it said.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="replaced">The connection whose place it takes, which the caller closes; null where there is none.</param>
    public PeerRefusal Admit(Hello hello, IncomingConnection connection, out IncomingConnection? replaced)
    {
        replaced = null;
        lock (_gate)
        {
            var refusal = Judge(hello);
            if (refusal == PeerRefusal.None)
            {
                _newest[hello.From] = hello.Incarnation;
                _admitted.Remove((hello.From, hello.Lane), out replaced);
                _admitted[(hello.From, hello.Lane)] = connection;
            }

            return refusal;
        }
    }

    /// <summary>Hears that a connection has done with its handshake, one way or the other.</summary>
    public void HandshakeDone() => Interlocked.Decrement(ref _handshakes);

    /// <summary>Hears that a connection is over.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="hello">What it was admitted by; null where it was not.</param>
    public void Left(IncomingConnection connection, Hello? hello)
    {
        lock (_gate)
        {
            _open.Remove(connection);
            if (hello is { } said && _admitted.GetValueOrDefault((said.From, said.Lane)) == connection)
            {
                _admitted.Remove((said.From, said.Lane));
            }
        }
    }

    private PeerRefusal Judge(Hello hello)
    {
        if (hello.Version != Hello.CurrentVersion)
        {
            return PeerRefusal.Version;
        }

        if (hello.ClusterId != _options.ClusterId)
        {
            return PeerRefusal.Cluster;
        }

        if (hello.From == _options.Self || hello.From == NodeId.None)
        {
            return PeerRefusal.SameIdentity;
        }

        if (hello.To != _options.Self)
        {
            return PeerRefusal.NotTheNode;
        }

        if (hello.Incarnation < _newest.GetValueOrDefault(hello.From))
        {
            return PeerRefusal.OldIncarnation;
        }

        return hello.Lane is PeerLane.Control or PeerLane.Bulk ? PeerRefusal.None : PeerRefusal.Lane;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Take(await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or a connection that was gone before it was taken: neither may end the listening.
                PeerLog.AcceptFailed(_logger, e);
                await Task.Delay(AcceptRetry, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Take(Socket socket)
    {
        socket.NoDelay = true;
        if (Interlocked.Increment(ref _handshakes) > _options.MaxPendingHandshakes)
        {
            Interlocked.Decrement(ref _handshakes);
            PeerLog.TooManyHandshakes(_logger, _options.MaxPendingHandshakes);
            socket.Dispose();
            return;
        }

        var connection = new IncomingConnection(this, _options, socket, _logger);
        lock (_gate)
        {
            _open.Add(connection);
        }

        connection.Start();
    }
}
