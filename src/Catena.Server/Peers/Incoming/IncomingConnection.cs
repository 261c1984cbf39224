using System.Diagnostics;
using System.Net.Sockets;
using Catena.Server.Peers.Wire;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers.Incoming;

/// <summary>One connection that a peer has dialled, on which this node only receives.</summary>
/// <remarks>
/// For its handshake it has a thread, so that who says nothing holds nobody up; once it is admitted, the event loop of its lane receives
/// (<see cref="FrameReader" />). Thread-safe.
/// </remarks>
internal sealed class IncomingConnection
{
    private readonly Lock _gate = new();
    private readonly PeerListener _listener;
    private readonly PeerTransportOptions _options;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly string _remote;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameReader? _reader;
    private Hello _hello;
    private bool _hasGreeted;
    private bool _isAdmitted;
    private bool _isClosed;

    /// <summary>A connection that has just been accepted.</summary>
    /// <param name="listener">Says who may come in, and who serves a lane.</param>
    /// <param name="options">Who is dialled.</param>
    /// <param name="socket">The socket, which the connection owns from now on.</param>
    /// <param name="logger">The log.</param>
    public IncomingConnection(PeerListener listener, PeerTransportOptions options, Socket socket, ILogger logger)
    {
        _listener = listener;
        _options = options;
        _socket = socket;
        _logger = logger;
        _remote = socket.RemoteEndPoint?.ToString() ?? "an unknown address";
    }

    /// <summary>Begins with the handshake.</summary>
    public void Start() => new Thread(Greet) { IsBackground = true, Name = "catena-hello" }.Start();

    /// <summary>Ends the connection; no frame is given out once <see cref="Join" /> has returned.</summary>
    public void Close()
    {
        FrameReader? reader;
        lock (_gate)
        {
            _isClosed = true;
            reader = _reader;
        }

        if (reader is not null)
        {
            reader.Close();
        }
        else
        {
            _socket.Dispose();
        }
    }

    /// <summary>Waits until it is over, unless the caller is who serves it.</summary>
    public void Join()
    {
        if (!(_reader?.Loop.IsCurrent ?? false))
        {
            _over.Task.Wait();
        }
    }

    private void Greet()
    {
        var reason = "closed here";
        try
        {
            if (TryHear() && TryHandOver())
            {
                return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            reason = e.Message;
        }
        finally
        {
            LeaveHandshake();
        }

        End(reason);
    }

    private void LeaveHandshake()
    {
        if (!_hasGreeted)
        {
            _hasGreeted = true;
            _listener.HandshakeDone();
        }
    }

    /// <summary>Hears who it is and answers.</summary>
    /// <returns>Whether it is admitted.</returns>
    private bool TryHear()
    {
        Span<byte> bytes = stackalloc byte[Hello.Size];
        var isWhole = false;
        try
        {
            isWhole = TryReceiveAll(bytes);
        }
        catch (SocketException)
        {
            // Told below: whatever came is no hello.
        }

        if (isWhole && Hello.TryRead(bytes) is { } hello)
        {
            Answer(hello);
        }
        else
        {
            PeerLog.NoHello(_logger, _remote);
        }

        return _isAdmitted;
    }

    private void Answer(Hello hello)
    {
        _hello = hello;
        var refusal = _listener.Admit(hello, this, out var replaced);
        _isAdmitted = refusal == PeerRefusal.None;
        if (replaced is not null)
        {
            // Frames of the connection that this one replaces are not to come after this one's.
            replaced.Close();
            replaced.Join();
        }

        // Not before that, or a lane that hangs would gather threads that wait for it; and not after the answer, since who has it may dial again at once.
        LeaveHandshake();
        Span<byte> reply = stackalloc byte[HelloReply.Size];
        new HelloReply(Hello.CurrentVersion, refusal, _options.ClusterId, _options.Self, _options.Incarnation).Write(reply);
        if (_isAdmitted)
        {
            PeerLog.Accepted(_logger, hello.Lane, hello.From, hello.Incarnation, _remote);
            _socket.Send(reply);
        }
        else
        {
            PeerLog.Refused(_logger, hello.From, _remote, refusal, hello.ClusterId, hello.Version);
            _socket.Send(reply);
            _socket.Shutdown(SocketShutdown.Send);
        }
    }

    private bool TryReceiveAll(Span<byte> target)
    {
        var since = Stopwatch.GetTimestamp();
        while (!target.IsEmpty)
        {
            var left = (_options.HandshakeTimeout - Stopwatch.GetElapsedTime(since)).TotalMilliseconds;
            if (left < 1)
            {
                return false;
            }

            _socket.ReceiveTimeout = (int)left;
            var count = _socket.Receive(target, SocketFlags.None);
            if (count == 0)
            {
                return false;
            }

            target = target[count..];
        }

        return true;
    }

    /// <summary>Leaves the rest to the lane's event loop.</summary>
    /// <returns>False where it has been closed meanwhile.</returns>
    private bool TryHandOver()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _reader = new FrameReader(_listener.LoopOf(_hello.Lane), _socket, _hello, _options, _listener.Receiver, _logger, End);
            _reader.Start();
            return true;
        }
    }

    private void End(string reason)
    {
        _socket.Dispose();
        _listener.Left(this, _isAdmitted ? _hello : null);
        if (_isAdmitted)
        {
            PeerLog.IncomingClosed(_logger, _hello.Lane, _hello.From, reason);
        }

        _over.TrySetResult();
    }
}
