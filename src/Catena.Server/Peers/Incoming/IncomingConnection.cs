using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using Catena.Server.Peers.Wire;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers.Incoming;

/// <summary>One connection that a peer has dialled, on which this node only receives.</summary>
/// <remarks>
/// It has a thread of its own, which blocks in receive and hands out frames: so no beacon waits for a thread of the pool, however
/// busy that is, and a frame costs no hop between threads.
/// </remarks>
internal sealed class IncomingConnection
{
    private const int SmallBuffer = 64 << 10;
    private const int LargestKept = 4 << 20;

    private readonly PeerListener _listener;
    private readonly PeerTransportOptions _options;
    private readonly IPeerReceiver _receiver;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly Thread _thread;
    private Hello _hello;
    private bool _isAdmitted;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private volatile bool _isClosed;

    /// <summary>A connection that has just been accepted.</summary>
    /// <param name="listener">Says who may come in.</param>
    /// <param name="options">Who is dialled.</param>
    /// <param name="receiver">Takes the frames.</param>
    /// <param name="socket">The socket, which the connection owns from now on.</param>
    /// <param name="logger">The log.</param>
    public IncomingConnection(PeerListener listener, PeerTransportOptions options, IPeerReceiver receiver, Socket socket, ILogger logger)
    {
        _listener = listener;
        _options = options;
        _receiver = receiver;
        _socket = socket;
        _logger = logger;
        Remote = socket.RemoteEndPoint?.ToString() ?? "an unknown address";
        _thread = new Thread(Run) { IsBackground = true, Name = "catena-peer" };
    }

    /// <summary>Where the connection comes from.</summary>
    public string Remote { get; }

    /// <summary>Begins with the handshake.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the connection; no frame is given out once <see cref="Join" /> has returned.</summary>
    public void Close()
    {
        _isClosed = true;
        _socket.Dispose();
    }

    /// <summary>Waits for the thread, unless it is the caller's own.</summary>
    public void Join()
    {
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        var reason = "the peer closed it";
        try
        {
            Greet();
            if (_isAdmitted)
            {
                reason = ReceiveFrames();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            reason = e.Message;
        }
#pragma warning disable CA1031 // What a receiver throws is a broken invariant, and the process is told so.
        catch (Exception e)
#pragma warning restore CA1031
        {
            reason = "the receiver failed";
            _options.Fatal(e);
        }
        finally
        {
            Close();
            _listener.Left(this, _isAdmitted ? _hello : null);
            ReturnBuffer();
            if (_isAdmitted)
            {
                PeerLog.IncomingClosed(_logger, _hello.Lane, _hello.From, reason);
            }
        }
    }

    private void Greet()
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
        finally
        {
            _listener.HandshakeDone();
        }

        if (isWhole && Hello.TryRead(bytes) is { } hello)
        {
            Answer(hello);
        }
        else
        {
            PeerLog.NoHello(_logger, Remote);
        }
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

        Span<byte> reply = stackalloc byte[HelloReply.Size];
        new HelloReply(Hello.CurrentVersion, refusal, _options.ClusterId, _options.Self, _options.Incarnation).Write(reply);
        if (_isAdmitted)
        {
            PeerLog.Accepted(_logger, hello.Lane, hello.From, hello.Incarnation, Remote);
            _socket.Send(reply);
        }
        else
        {
            PeerLog.Refused(_logger, hello.From, Remote, refusal, hello.ClusterId, hello.Version);
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

        _socket.ReceiveTimeout = 0;
        return true;
    }

    private string ReceiveFrames()
    {
        _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        while (!_isClosed)
        {
            var count = _socket.Receive(_buffer.AsSpan(_end), SocketFlags.None, out var error);
            if (error != SocketError.Success)
            {
                return error.ToString();
            }

            if (count == 0)
            {
                return "the peer closed it";
            }

            _end += count;
            if (HandOut(out var frameLength) is { } malformed)
            {
                PeerLog.Malformed(_logger, _hello.From, _hello.Lane, malformed);
                return $"a malformed frame: {malformed}";
            }

            MakeRoom(frameLength);
        }

        return "closed here";
    }

    /// <summary>Gives out the whole frames that have arrived.</summary>
    private PeerFrameStatus? HandOut(out int frameLength)
    {
        var isAny = false;
        PeerFrameStatus status;
        while ((status = PeerFrame.TryRead(
            _buffer.AsSpan(_start, _end - _start), _options.MaxPayload(_hello.Lane), out frameLength, out var kind)) == PeerFrameStatus.Complete)
        {
            if (_isClosed)
            {
                status = PeerFrameStatus.Incomplete;
                break;
            }

            if (!isAny)
            {
                _receiver.BeginBatch(_hello.From);
            }

            var payload = _buffer.AsMemory(_start + PeerFrame.HeaderSize, frameLength - PeerFrame.HeaderSize);
            _receiver.Receive(_hello.From, _hello.Incarnation, kind, payload);
            isAny = true;
            _start += frameLength;
        }

        if (isAny)
        {
            _receiver.EndBatch(_hello.From);
        }

        return status == PeerFrameStatus.Incomplete ? null : status;
    }

    /// <summary>Moves the beginning of a frame to the front, into a larger buffer where it has filled this one.</summary>
    /// <remarks>The buffer grows with what has really arrived, not with what a header claims.</remarks>
    private void MakeRoom(int frameLength)
    {
        var held = _end - _start;
        var isLarge = _buffer.Length > LargestKept && frameLength <= SmallBuffer && held <= SmallBuffer;
        if (held == _buffer.Length || isLarge)
        {
            var next = ArrayPool<byte>.Shared.Rent(isLarge ? SmallBuffer * 2 : Math.Min(Math.Max(frameLength, held + 1), 2 * held));
            _buffer.AsSpan(_start, held).CopyTo(next);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = next;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }

        (_start, _end) = (0, held);
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
