using System.Buffers;
using System.Net.Sockets;
using Catena.Server.Loops;
using Catena.Server.Peers.Wire;
using Catena.Server.Platform;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Peers.Incoming;

/// <summary>Receives the frames of one admitted connection, on the event loop of its lane.</summary>
/// <param name="loop">The loop.</param>
/// <param name="socket">The socket; whoever hears of the end disposes of it.</param>
/// <param name="hello">Who sends on it.</param>
/// <param name="options">The limits.</param>
/// <param name="receiver">Takes the frames.</param>
/// <param name="logger">The log.</param>
/// <param name="ended">Hears once that it is over, and why; on the loop's thread.</param>
internal sealed class FrameReader(
    EventLoop loop, Socket socket, Hello hello, PeerTransportOptions options, IPeerReceiver receiver, ILogger logger, Action<string> ended) : LoopTask(loop)
{
    private const int SmallBuffer = 64 << 10;
    private const int LargestKept = 4 << 20;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _isReadable = true;
    private bool _isEnding;
    private bool _isOver;
    private volatile bool _isClosed;

    /// <summary>Begins to receive.</summary>
    internal void Start()
    {
        socket.ReceiveTimeout = 0;
        socket.Blocking = false;
        Loop.Attach(this, socket);
    }

    /// <summary>Has it end; nothing is given out after that. Any thread.</summary>
    internal void Close()
    {
        _isClosed = true;
        Signal();
    }

    /// <inheritdoc />
    protected override void NoteReady(Readiness readiness)
    {
        _isReadable |= (readiness & Readiness.Receive) != 0;
        _isEnding |= (readiness & Readiness.End) != 0;
    }

    /// <inheritdoc />
    protected override bool Pump()
    {
        if (_isOver)
        {
            return false;
        }

        var reason = "closed here";
        try
        {
            if (!_isClosed)
            {
                reason = ReceiveSome();
            }
        }
#pragma warning disable CA1031 // What a receiver throws is a broken invariant, and the process is told so.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            reason = "the receiver failed";
            options.Fatal(failure);
        }

        if (reason is not null)
        {
            End(reason);
            return false;
        }

        return _isReadable;
    }

    /// <summary>Receives once and gives out what is whole.</summary>
    /// <returns>Why the connection is over; null where it goes on.</returns>
    private string? ReceiveSome()
    {
        if (!_isReadable)
        {
            return null;
        }

        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        }

        var room = _buffer.AsSpan(_end);
        var count = socket.Receive(room, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            _isReadable = false;
            return null;
        }

        if (error != SocketError.Success)
        {
            return error.ToString();
        }

        if (count == 0)
        {
            return "the peer closed it";
        }

        // Less than there was room for: nothing is left, and the system says so when there is (epoll(7)). The end is told only once.
        _isReadable = count == room.Length || _isEnding;
        _end += count;
        if (HandOut(out var frameLength) is { } malformed)
        {
            PeerLog.Malformed(logger, hello.From, hello.Lane, malformed);
            return $"a malformed frame: {malformed}";
        }

        MakeRoom(frameLength);
        return null;
    }

    /// <summary>Gives out the whole frames that have arrived.</summary>
    private PeerFrameStatus? HandOut(out int frameLength)
    {
        PeerFrameStatus status;
        while ((status = PeerFrame.TryRead(
            _buffer.AsSpan(_start, _end - _start), options.MaxPayload(hello.Lane), out frameLength, out var kind)) == PeerFrameStatus.Complete)
        {
            if (_isClosed)
            {
                return null;
            }

            receiver.Receive(hello.From, hello.Incarnation, kind, _buffer.AsMemory(_start + PeerFrame.HeaderSize, frameLength - PeerFrame.HeaderSize));
            _start += frameLength;
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

    private void End(string reason)
    {
        _isOver = true;
        Loop.Detach(this);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        ended(reason);
    }
}
