using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Listeners;

/// <summary>One client: reads its requests, gives their commands to the router and sends the replies, all from one pump.</summary>
/// <remarks>
/// <para>
/// <b>The pump.</b> Three things happen to a connection: a receive ends, a send ends, a command completes on another thread. Each
/// adds one to a counter; who finds it at zero runs the pump, everyone else has only told the runner to look again. So at most
/// one thread is in the pump at any time, nothing in it needs a lock, and nothing in it blocks. A receive or send that ends runs
/// the pump on the thread that learnt of it; a completed command queues it to the thread pool, since the completing thread may
/// hold a partition's lock and may have many more commands to complete: what is complete by the time the pump runs goes out
/// in one send. A pump that never runs out of input goes to the back of the thread pool's queue now and then.
/// </para>
/// <para>
/// <b>Order.</b> Replies are sent in the order of the requests. Writes are given to the router in order and without waiting for one
/// another, so that a pipeline shares its syncs; the router keeps their order where they meet in a partition. A read starts
/// only once all writes before it have completed, and a write only once all reads before it have; so whatever a client does on
/// one connection looks as if it had been done one by one. Reads that are answered on this node complete at once, so this costs
/// nothing but for reads right after writes. A request that concerns all partitions waits for everything before it and
/// holds up everything behind it.
/// </para>
/// <para>
/// <b>Limits.</b> No further request is read while too many commands, or too many bytes of requests, are under way, or too many
/// bytes of replies wait for the client; TCP then holds the client back. So a client that does not read its replies stalls
/// itself only. Beyond the queued bytes at most the replies of commands already under way are held.
/// </para>
/// <para>
/// <b>End.</b> A client that stops sending gets the replies to what it sent. After an error of the socket nothing is sent; commands
/// under way complete, are dropped, and only then the connection's buffers go back to the pool.
/// </para>
/// </remarks>
#pragma warning disable CA1001 // The pump disposes of what it owns once nothing is under way; nobody else may.
internal abstract class ClientConnection : IThreadPoolWorkItem
#pragma warning restore CA1001
{
    private const int RoundsBeforeYield = 32;
    private const int KeptOutputBytes = 64 << 10;

    private readonly TcpListenerHost _host;
    private readonly Socket _socket;
    private readonly ReceiveBuffer _input;
    private readonly ReplyRing _ring;
    private readonly SocketAsyncEventArgs _receive = new(unsafeSuppressExecutionContextFlow: true);
    private readonly SocketAsyncEventArgs _send = new(true);
    private PooledBuffer _output = new();
    private PooledBuffer _sending = new();
    private int _signals;

    // Pending operations of the socket. "Ended" is written by the thread that learnt of it, everything else by the pump.
    private bool _isReceiving;
    private bool _isSending;
    private int _receiveEnded;
    private int _sendEnded;

    private CommandClass _underWay;
    private Gathering? _gathering;
    private ReplySlot? _gatheringSlot;
    private ReplySlot? _immediate;
    private long _requestBytesUnderWay;
    private int _requestBytes;
    private int _requestsTaken;
    private int _needed = 1;
    private bool _inputEnded;
    private bool _isClosing;
    private bool _isClosed;
    private bool _isReleased;
    private volatile bool _stopRequested;
    private volatile bool _abortRequested;

    /// <summary>A connection that does nothing before its first <see cref="Signal" />.</summary>
    /// <param name="host">The listener that accepted it.</param>
    /// <param name="socket">The connected socket; the connection's from now on.</param>
    /// <param name="id">Its number at the listener.</param>
    /// <param name="maxRequestBytes">The longest request.</param>
    protected ClientConnection(TcpListenerHost host, Socket socket, long id, int maxRequestBytes)
    {
        _host = host;
        _socket = socket;
        Id = id;
        _input = new ReceiveBuffer(host.Options.ReceiveBufferBytes, maxRequestBytes);
        _ring = new ReplyRing(this);
        RemoteEndPoint = socket.RemoteEndPoint;
        LocalEndPoint = socket.LocalEndPoint;
        ConnectedAt = LastActive = host.Time.GetTimestamp();
        _receive.Completed += (_, _) => End(ref _receiveEnded);
        _send.Completed += (_, _) => End(ref _sendEnded);
    }

    /// <summary>Its number at the listener, from 1.</summary>
    public long Id { get; }

    /// <summary>The client's address.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The address that the client connected to.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>When it connected, as a timestamp of the listener's clock.</summary>
    public long ConnectedAt { get; }

    /// <summary>When it last sent something, as a timestamp of the listener's clock.</summary>
    public long LastActive { get; private set; }

    /// <summary>How many requests wait for their replies.</summary>
    public int CommandsUnderWay => _ring.Count;

    /// <summary>How many received bytes are no whole request yet.</summary>
    public int UnreadBytes => _input.Length;

    /// <summary>How many bytes of replies wait to be sent.</summary>
    public int QueuedBytes => _output.Length + _sending.Length;

    /// <summary>The size of the receive buffer.</summary>
    public int ReceiveCapacity => _input.Capacity;


    /// <summary>Reads no further request, answers those under way, then closes.</summary>
    public void Stop()
    {
        _stopRequested = true;
        Signal();
    }

    /// <summary>Closes at once, whatever is under way.</summary>
    public void Abort()
    {
        _abortRequested = true;
        Signal();
    }

    /// <summary>Makes the pump look again, soon, on another thread.</summary>
    internal void Signal()
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Encodes a result into a reply on the completing thread; a failure costs this connection and nobody else.</summary>
    /// <param name="slot">The command's slot.</param>
    /// <param name="result">The result.</param>
    /// <param name="output">Where the reply goes.</param>
    internal void EncodeOrFail(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output)
    {
        try
        {
            Encode(slot, result, output);
        }
#pragma warning disable CA1031 // The completing thread serves everybody; whatever went wrong here concerns this client only.
        catch (Exception e) when (e is not InvariantException)
#pragma warning restore CA1031
        {
            Fail(e);
        }
    }

    /// <summary>Hands a result to a gathering on the completing thread; a failure costs this connection and nobody else.</summary>
    /// <param name="gathering">The gathering.</param>
    /// <param name="tag">What the command was given with.</param>
    /// <param name="result">The result.</param>
    internal void TakeOrFail(Gathering gathering, long tag, ReadOnlySpan<byte> result)
    {
        try
        {
            gathering.Take(tag, result);
        }
#pragma warning disable CA1031 // The completing thread serves everybody; whatever went wrong here concerns this client only.
        catch (Exception e) when (e is not InvariantException)
#pragma warning restore CA1031
        {
            Fail(e);
        }
    }

    /// <summary>Logs what went wrong and closes the connection at once.</summary>
    /// <param name="exception">What went wrong.</param>
    internal void Fail(Exception exception)
    {
        ListenerLog.ConnectionFailed(_host.Log, _host.Protocol, Id, exception);
        _abortRequested = true;
        Signal();
    }

    /// <summary>Runs the pump until there is nothing left to do for now.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var rounds = 0;
        while (true)
        {
            var seen = Volatile.Read(ref _signals);
            if (PumpOrFail())
            {
                if (++rounds == RoundsBeforeYield)
                {
                    // The counter is left as it is, so the queued item is the one that owns the pump.
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
            }
            else if (Interlocked.Add(ref _signals, -seen) == 0)
            {
                return;
            }
        }
    }

    /// <summary>Takes the next request out of what was received, and answers it or starts its command.</summary>
    /// <param name="unread">What was received, from the first byte of a request on.</param>
    /// <param name="consumed">The bytes that are dropped; none with <see cref="InputStatus.Blocked" />.</param>
    /// <param name="needed">With <see cref="InputStatus.NeedMore" />: how many bytes must be there.</param>
    protected abstract InputStatus TakeRequest(ReadOnlySpan<byte> unread, out int consumed, out int needed);

    /// <summary>Turns the result of a command into its reply; on any thread, beside the pump.</summary>
    /// <param name="slot">The command's slot; names the shape.</param>
    /// <param name="result">The result.</param>
    /// <param name="output">Where the reply goes.</param>
    protected abstract void Encode(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output);

    /// <summary>Whether a command of the class may start now.</summary>
    /// <param name="commandClass">The class of the next request.</param>
    protected bool MayStart(CommandClass commandClass) =>
        commandClass == CommandClass.Immediate
        || _ring.Count == 0
        || (commandClass == _underWay && commandClass != CommandClass.Exclusive);

    /// <summary>Notes the class and size of the request that is about to be answered, before anything else is done about it.</summary>
    /// <param name="commandClass">Its class; <see cref="MayStart" /> said yes.</param>
    /// <param name="requestBytes">Its size.</param>
    protected void BeginRequest(CommandClass commandClass, int requestBytes)
    {
        _requestBytes = requestBytes;
        if (commandClass != CommandClass.Immediate)
        {
            _underWay = commandClass;
        }

        _requestsTaken++;
    }

    /// <summary>Gives the request's command to the router.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shape">How its result becomes a reply.</param>
    /// <param name="note">What the protocol needs to answer.</param>
    /// <param name="form">What makes the reply of the result, where a shape cannot say it.</param>
    protected void Execute(in Command command, int shape, int note = 0, object? form = null)
    {
        var tag = _ring.NextTag;
        var slot = _ring.Take(shape, note, _requestBytes, form);
        _requestBytesUnderWay += _requestBytes;
        slot.EnterRouter(_ring.Count == 1 ? _output : null);
        _host.Router.Execute(command, slot, tag);
        slot.LeaveRouter();
        if (slot.IsDone)
        {
            DrainReplies();
        }
    }

    /// <summary>Answers the request without a command: what is written between this and <see cref="EndReply" /> is the reply.</summary>
    protected PooledBuffer BeginReply()
    {
        if (_ring.Count == 0)
        {
            return _output;
        }

        _immediate = _ring.Take(0, 0, 0);
        return _immediate.Writer;
    }

    /// <summary>Ends the reply that <see cref="BeginReply" /> began.</summary>
    protected void EndReply()
    {
        _immediate?.Finish();
        _immediate = null;
    }

    /// <summary>Answers the request by many commands; its class is <see cref="CommandClass.Exclusive" />.</summary>
    /// <param name="gathering">What is done; released by the connection.</param>
    protected void Gather(Gathering gathering)
    {
        Invariant.Holds(_gathering is null && _ring.Count == 0, "a gathering was started beside other commands");
        _gathering = gathering;
        _gatheringSlot = _ring.Take(0, 0, 0);
    }

    /// <summary>Called once, when nothing of the connection is under way any more.</summary>
    protected virtual void Release()
    {
    }

    private void RunIfIdle()
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            ((IThreadPoolWorkItem)this).Execute();
        }
    }

    private void End(ref int ended)
    {
        Volatile.Write(ref ended, 1);
        RunIfIdle();
    }

    private bool PumpOrFail()
    {
        try
        {
            return Pump();
        }
#pragma warning disable CA1031 // Whatever went wrong concerns this client only; a broken invariant is not caught.
        catch (Exception e) when (e is not InvariantException && !_isClosed)
#pragma warning restore CA1031
        {
            Fail(e);
            CloseSocket();
            return true;
        }
    }

    /// <summary>Does everything that can be done now.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    private bool Pump()
    {
        if (_isReleased)
        {
            return false;
        }

        TakeReceived();
        TakeSent();
        if (_abortRequested)
        {
            CloseSocket();
        }

        if (_stopRequested)
        {
            _isClosing = true;
        }

        if (_isClosed)
        {
            DropReplies();
            return false;
        }

        DrainReplies();
        StepGathering();
        var status = TakeRequests();
        _host.Metrics.Requests.Add(_requestsTaken);
        _requestsTaken = 0;
        if (_abortRequested)
        {
            // A reply may be broken off in the middle, so nothing more is sent.
            return true;
        }

        var hasSent = Send();
        if (status == InputStatus.NeedMore && _inputEnded)
        {
            _isClosing = true;
        }

        if (_isClosing && _ring.Count == 0 && !_isSending && _output.Length == 0)
        {
            CloseInOrder();
            return true;
        }

        var hasReceived = status == InputStatus.NeedMore && !_isClosing && Receive();
        return hasReceived
            || (hasSent && status == InputStatus.Blocked)
            || _gathering?.IsIdle == true;
    }

    private InputStatus TakeRequests()
    {
        while (!_isClosing && !_abortRequested && _gathering is null)
        {
            if (_ring.Count >= _host.Options.MaxCommandsUnderWay
                || _requestBytesUnderWay >= _host.Options.MaxRequestBytesUnderWay
                || QueuedBytes >= _host.Options.MaxReplyBytesQueued)
            {
                return InputStatus.Blocked;
            }

            var status = TakeRequest(_input.Unread, out var consumed, out _needed);
            _input.Consume(consumed);
            switch (status)
            {
                case InputStatus.Taken:
                    break;
                case InputStatus.Last:
                    _isClosing = true;
                    break;
                default:
                    return status;
            }
        }

        return InputStatus.Blocked;
    }

    private void DrainReplies() => _requestBytesUnderWay -= _ring.Drain(_output);

    private void StepGathering()
    {
        if (_gathering is { IsIdle: true } gathering && gathering.Step(this, _host.Router))
        {
            gathering.WriteReply(_gatheringSlot!.Writer);
            EndGathering(gathering);
            DrainReplies();
        }
    }

    private void EndGathering(Gathering gathering)
    {
        _gatheringSlot!.Finish();
        _gatheringSlot = null;
        _gathering = null;
        gathering.Release();
    }

    /// <summary>Sends what there is, unless a send is under way.</summary>
    /// <returns>Whether a send has ended.</returns>
    private bool Send()
    {
        if (_isSending || _output.Length == 0)
        {
            return false;
        }

        (_output, _sending) = (_sending, _output);
        _send.SetBuffer(MemoryMarshal.AsMemory(_sending.WrittenMemory));
        _isSending = true;
        _host.Metrics.BytesSent.Add(_sending.Length);
        if (_socket.SendAsync(_send))
        {
            return false;
        }

        _sendEnded = 1;
        TakeSent();
        return true;
    }

    private void TakeSent()
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
            CloseSocket();
        }
    }

    /// <summary>Receives into the free part of the input.</summary>
    /// <returns>Whether the receive has ended.</returns>
    private bool Receive()
    {
        if (_isReceiving)
        {
            return false;
        }

        var room = _input.Prepare(_needed);
        if (room.IsEmpty)
        {
            throw new InvalidOperationException("A request is longer than its limit and was not refused.");
        }

        _receive.SetBuffer(room);
        _isReceiving = true;
        if (_socket.ReceiveAsync(_receive))
        {
            return false;
        }

        _receiveEnded = 1;
        return true;
    }

    private void TakeReceived()
    {
        if (!_isReceiving || Volatile.Read(ref _receiveEnded) == 0)
        {
            return;
        }

        _receiveEnded = 0;
        _isReceiving = false;
        if (_receive.SocketError != SocketError.Success)
        {
            CloseSocket();
        }
        else if (_receive.BytesTransferred == 0)
        {
            _inputEnded = true;
        }
        else
        {
            _input.Commit(_receive.BytesTransferred);
            _host.Metrics.BytesReceived.Add(_receive.BytesTransferred);
            LastActive = _host.Time.GetTimestamp();
        }
    }

    /// <summary>Closes after everything was sent, so that what was sent arrives even where the client has sent more.</summary>
    private void CloseInOrder()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster; the end is the same.
        }

        CloseSocket();
    }

    private void CloseSocket()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _socket.Dispose();
            _host.OnClosed(this);
        }
    }

    /// <summary>After the socket was closed: waits for what is under way, then gives all memory back.</summary>
    private void DropReplies()
    {
        _requestBytesUnderWay -= _ring.Drain(null);
        if (_gathering is { IsIdle: true } gathering)
        {
            EndGathering(gathering);
            _ring.Drain(null);
        }

        if (_isReceiving || _isSending || _ring.Count > 0)
        {
            return;
        }

        _isReleased = true;
        _input.Release();
        _output.Release();
        _sending.Release();
        _ring.Release();
        _receive.Dispose();
        _send.Dispose();
        Release();
        _host.OnReleased(this);
    }
}
