using System.Net;
using System.Net.Sockets;
using Catena.Server.Platform;

namespace Catena.Server.Listeners;

/// <summary>The socket of one connection, which never blocks: what was received, and what waits to be sent.</summary>
/// <remarks>
/// Only the connection's pump uses it. Whether the socket has something to receive, or room to send, is told from outside (<see cref="NoteReady" />) each time that this begins, and holds until a
/// call finds it otherwise. An error of the socket is taken over as its end: <see cref="IsClosed" />.
/// </remarks>
#pragma warning disable CA1001 // The pump disposes of what it owns once nothing is under way; nobody else may.
internal sealed class ClientSocket
#pragma warning restore CA1001
{
    private const int KeptOutputBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly nint _handle;
    private readonly ReceiveBuffer _input;
    private readonly ListenerMetrics _metrics;
    private readonly bool _acknowledgesAtOnce;
    private PooledBuffer _sending = new();
    private int _sent;
    private bool _isReadable;
    private bool _isWritable = true;
    private bool _isEnding;

    /// <summary>A connected socket that has received nothing.</summary>
    /// <param name="socket">The socket, owned from now on.</param>
    /// <param name="firstBytes">The first size of the receive buffer.</param>
    /// <param name="maxRequestBytes">The longest request.</param>
    /// <param name="metrics">Where bytes are counted.</param>
    /// <param name="acknowledgesAtOnce">Whether every segment that is received is acknowledged at once (<see cref="QuickAcknowledgement" />).</param>
    public ClientSocket(Socket socket, int firstBytes, int maxRequestBytes, ListenerMetrics metrics, bool acknowledgesAtOnce)
    {
        socket.Blocking = false;
        _socket = socket;
        _handle = socket.Handle;
        _acknowledgesAtOnce = acknowledgesAtOnce;
        _input = new ReceiveBuffer(firstBytes, maxRequestBytes);
        _metrics = metrics;
        RemoteEndPoint = socket.RemoteEndPoint;
        LocalEndPoint = socket.LocalEndPoint;
    }

    /// <summary>The client's address.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The address that the client connected to.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>What is to be sent next; another buffer after each <see cref="Send" />.</summary>
    public PooledBuffer Output { get; private set; } = new();

    /// <summary>What was received and not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _input.Unread;

    /// <summary>How many bytes were received and not consumed; beside the pump a little old.</summary>
    public int UnreadBytes => _input.Length;

    /// <summary>How many bytes wait to be sent; beside the pump a little old.</summary>
    public int QueuedBytes => Output.Length + Math.Max(_sending.Length - _sent, 0);

    /// <summary>The size of the receive buffer.</summary>
    public int ReceiveCapacity => _input.Capacity;

    /// <summary>Whether there may be something to receive.</summary>
    public bool MayReceive => _isReadable && !HasInputEnded && !IsClosed;

    /// <summary>Whether the client has ended its side.</summary>
    public bool HasInputEnded { get; private set; }

    /// <summary>Whether the socket is closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether everything was sent.</summary>
    public bool IsDrained => _sent == _sending.Length && Output.Length == 0;

    /// <summary>Drops received bytes from the front.</summary>
    /// <param name="count">How many.</param>
    public void Consume(int count) => _input.Consume(count);

    /// <summary>Takes the word of the system that something can be received or sent, or that trying tells an error.</summary>
    public void NoteReady(Readiness readiness)
    {
        _isReadable |= (readiness & Readiness.Receive) != 0;
        _isWritable |= (readiness & Readiness.Send) != 0;
        _isEnding |= (readiness & Readiness.End) != 0;
    }

    /// <summary>Sends what waits, as far as the system takes it.</summary>
    /// <returns>Whether anything was sent.</returns>
    public bool Send()
    {
        var hasSent = false;
        while (_isWritable && !IsClosed)
        {
            if (_sent == _sending.Length)
            {
                _sending.Clear(KeptOutputBytes);
                _sent = 0;
                if (Output.Length == 0)
                {
                    break;
                }

                (Output, _sending) = (_sending, Output);
            }

            var count = SocketCalls.Send(_handle, _sending.Written[_sent..], out var wouldBlock);
            if (count < 0)
            {
                _isWritable = false;
                if (!wouldBlock)
                {
                    Close();
                }

                break;
            }

            _metrics.BytesSent.Add(count);
            _sent += count;
            hasSent = true;
        }

        if (hasSent)
        {
            // To send something has made the system wait with acknowledgements again.
            AcknowledgeAtOnce();
        }

        return hasSent;
    }

    /// <summary>Receives into the free part of the input what has arrived.</summary>
    /// <param name="needed">How many unread bytes the next request is known to need.</param>
    /// <returns>Whether something has arrived, be it the end.</returns>
    public bool Receive(int needed)
    {
        if (!MayReceive)
        {
            return false;
        }

        var room = _input.Prepare(needed).Span;
        if (room.IsEmpty)
        {
            throw new InvalidOperationException("A request is longer than its limit and was not refused.");
        }

        var count = SocketCalls.Receive(_handle, room, out var wouldBlock);
        if (wouldBlock)
        {
            _isReadable = false;
            return false;
        }

        if (count < 0)
        {
            Close();
            return true;
        }

        // Less than there was room for: nothing is left, and the system says so when there is (epoll(7)). The end is told only once.
        _isReadable = count == room.Length || _isEnding;
        HasInputEnded = count == 0;
        _input.Commit(count);
        _metrics.BytesReceived.Add(count);
        AcknowledgeAtOnce();
        return true;
    }

    /// <summary>Closes after everything was sent, so that what was sent arrives even where the client has sent more.</summary>
    public void CloseInOrder()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster; the end is the same.
        }

        Close();
    }

    /// <summary>Closes at once.</summary>
    public void Close()
    {
        IsClosed = true;
        _socket.Dispose();
    }

    /// <summary>Gives all memory back; only once it is closed.</summary>
    public void Release()
    {
        _input.Release();
        Output.Release();
        _sending.Release();
    }

    private void AcknowledgeAtOnce()
    {
        if (_acknowledgesAtOnce && !IsClosed)
        {
            QuickAcknowledgement.Arm(_socket);
        }
    }
}
