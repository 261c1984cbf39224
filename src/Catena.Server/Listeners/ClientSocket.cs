using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Catena.Server.Platform;

namespace Catena.Server.Listeners;

/// <summary>The socket of one connection: what was received, what waits to be sent, and at most one receive and one send under way.</summary>
/// <remarks>
/// Only the connection's pump uses it. A receive or send that ends on another thread sets a mark and calls back; the pump then takes
/// the end over, so nothing here needs a lock. An error of the socket is taken over as its end: <see cref="IsClosed" />.
/// </remarks>
#pragma warning disable CA1001 // The pump disposes of what it owns once nothing is under way; nobody else may.
internal sealed class ClientSocket
#pragma warning restore CA1001
{
    private const int KeptOutputBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly ReceiveBuffer _input;
    private readonly ListenerMetrics _metrics;
    private readonly Action _ended;
    private readonly bool _acknowledgesAtOnce;
    private readonly SocketAsyncEventArgs _receive = new(unsafeSuppressExecutionContextFlow: true);
    private readonly SocketAsyncEventArgs _send = new(unsafeSuppressExecutionContextFlow: true);
    private PooledBuffer _sending = new();

    // "Ended" is written by the thread that learnt of it, everything else by the pump.
    private bool _isReceiving;
    private bool _isSending;
    private int _receiveEnded;
    private int _sendEnded;

    /// <summary>A connected socket on which nothing is under way.</summary>
    /// <param name="socket">The socket, owned from now on.</param>
    /// <param name="firstBytes">The first size of the receive buffer.</param>
    /// <param name="maxRequestBytes">The longest request.</param>
    /// <param name="metrics">Where bytes are counted.</param>
    /// <param name="ended">Called on another thread when a receive or send has ended.</param>
    /// <param name="acknowledgesAtOnce">Whether every segment that is received is acknowledged at once (<see cref="QuickAcknowledgement" />).</param>
    public ClientSocket(Socket socket, int firstBytes, int maxRequestBytes, ListenerMetrics metrics, Action ended, bool acknowledgesAtOnce)
    {
        _socket = socket;
        _acknowledgesAtOnce = acknowledgesAtOnce;
        _input = new ReceiveBuffer(firstBytes, maxRequestBytes);
        _metrics = metrics;
        _ended = ended;
        RemoteEndPoint = socket.RemoteEndPoint;
        LocalEndPoint = socket.LocalEndPoint;
        _receive.Completed += (_, _) => End(ref _receiveEnded);
        _send.Completed += (_, _) => End(ref _sendEnded);
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
    public int QueuedBytes => Output.Length + _sending.Length;

    /// <summary>The size of the receive buffer.</summary>
    public int ReceiveCapacity => _input.Capacity;

    /// <summary>Whether the client has ended its side.</summary>
    public bool HasInputEnded { get; private set; }

    /// <summary>Whether the socket is closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether a receive or send is under way, or has ended and was not taken over.</summary>
    public bool IsBusy => _isReceiving || _isSending;

    /// <summary>Whether everything was sent.</summary>
    public bool IsDrained => !_isSending && Output.Length == 0;

    /// <summary>Drops received bytes from the front.</summary>
    /// <param name="count">How many.</param>
    public void Consume(int count) => _input.Consume(count);

    /// <summary>Takes over a receive that has ended.</summary>
    /// <returns>Whether bytes have arrived.</returns>
    public bool TakeReceived()
    {
        if (!_isReceiving || Volatile.Read(ref _receiveEnded) == 0)
        {
            return false;
        }

        _receiveEnded = 0;
        _isReceiving = false;
        if (_receive.SocketError != SocketError.Success)
        {
            Close();
            return false;
        }

        if (_receive.BytesTransferred == 0)
        {
            HasInputEnded = true;
            return false;
        }

        _input.Commit(_receive.BytesTransferred);
        _metrics.BytesReceived.Add(_receive.BytesTransferred);
        return true;
    }

    /// <summary>Takes over a send that has ended.</summary>
    public void TakeSent()
    {
        if (!_isSending || Volatile.Read(ref _sendEnded) == 0)
        {
            return;
        }

        _sendEnded = 0;
        _isSending = false;
        var isComplete = _send.SocketError == SocketError.Success && _send.BytesTransferred == _sending.Length;
        _sending.Clear(KeptOutputBytes);
        if (!isComplete)
        {
            Close();
        }
    }

    /// <summary>Sends what there is, unless a send is under way.</summary>
    /// <returns>Whether a send has ended.</returns>
    public bool Send()
    {
        if (_isSending || Output.Length == 0)
        {
            return false;
        }

        (Output, _sending) = (_sending, Output);
        _send.SetBuffer(MemoryMarshal.AsMemory(_sending.WrittenMemory));
        _isSending = true;
        _metrics.BytesSent.Add(_sending.Length);
        var isUnderWay = _socket.SendAsync(_send);
        if (_isReceiving)
        {
            // To send something has made the system wait with acknowledgements again, for a receive that began before.
            AcknowledgeAtOnce();
        }

        if (isUnderWay)
        {
            return false;
        }

        _sendEnded = 1;
        TakeSent();
        return true;
    }

    /// <summary>Receives into the free part of the input, unless a receive is under way.</summary>
    /// <param name="needed">How many unread bytes the next request is known to need.</param>
    /// <returns>Whether the receive has ended.</returns>
    public bool Receive(int needed)
    {
        if (_isReceiving)
        {
            return false;
        }

        var room = _input.Prepare(needed);
        if (room.IsEmpty)
        {
            throw new InvalidOperationException("A request is longer than its limit and was not refused.");
        }

        _receive.SetBuffer(room);
        _isReceiving = true;
        AcknowledgeAtOnce();
        if (_socket.ReceiveAsync(_receive))
        {
            return false;
        }

        _receiveEnded = 1;
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

    /// <summary>Gives all memory back; only once it is closed and not busy.</summary>
    public void Release()
    {
        _input.Release();
        Output.Release();
        _sending.Release();
        _receive.Dispose();
        _send.Dispose();
    }

    private void AcknowledgeAtOnce()
    {
        if (_acknowledgesAtOnce)
        {
            QuickAcknowledgement.Arm(_socket);
        }
    }

    private void End(ref int ended)
    {
        Volatile.Write(ref ended, 1);
        _ended();
    }
}
