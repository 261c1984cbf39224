using System.Net.Sockets;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Loops;

namespace Catena.Server.Listeners;

/// <summary>One client: reads its requests, gives their commands to the router and sends the replies, all from one pump.</summary>
/// <remarks>
/// <para>
/// <b>The pump</b> (<see cref="LoopTask" />). Three things happen to a connection: bytes arrive, there is room to send again, a command completes. All
/// of them have its event loop run the pump. A command may be completed on another thread, which may hold a partition's lock and have many more to complete: what is
/// complete by the time the pump runs goes out in one send. Nothing in the pump blocks.
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
/// <b>Pushes.</b> Messages that answer no request (<see cref="PushQueue" />) go between two replies, never into one, and like
/// replies only while not too much waits for the client.
/// </para>
/// <para>
/// <b>End.</b> A client that stops sending gets the replies to what it sent. After an error of the socket nothing is sent; commands
/// under way complete, are dropped, and only then the connection's buffers go back to the pool.
/// </para>
/// </remarks>
internal abstract partial class ClientConnection : LoopTask
{
    private readonly TcpListenerHost _host;
    private readonly ClientSocket _socket;
    private readonly ReplyRing _ring;
    private readonly GatheringPlace _gathering = new();
    private CommandClass _underWay;
    private ReplySlot? _immediate;
    private long _requestBytesUnderWay;
    private int _requestBytes;
    private int _requestsTaken;
    private int _needed = 1;
    private bool _wantsMore = true;
    private bool _isClosing;
    private bool _isLeft;
    private bool _isReleased;
    private volatile bool _stopRequested;
    private volatile bool _abortRequested;

    /// <summary>A connection that does nothing before its first <see cref="LoopTask.Signal" />.</summary>
    /// <param name="host">The listener that accepted it.</param>
    /// <param name="socket">The connected socket; the connection's from now on.</param>
    /// <param name="id">Its number at the listener.</param>
    /// <param name="maxRequestBytes">The longest request.</param>
    protected ClientConnection(TcpListenerHost host, Socket socket, long id, int maxRequestBytes)
        : base(host.LoopOf(id), isOfClient: true)
    {
        _host = host;
        Id = id;
        _socket = new ClientSocket(socket, host.Options.ReceiveBufferBytes, maxRequestBytes, host.Metrics, host.AcknowledgesAtOnce);
        _ring = new ReplyRing(this);
        ConnectedAt = LastActive = host.Time.GetTimestamp();
    }

    /// <summary>Its number at the listener, from 1.</summary>
    public long Id { get; }

    /// <summary>The socket with what was received and what waits to be sent; to others than the pump only for its figures.</summary>
    public ClientSocket Socket => _socket;

    /// <summary>When it connected, as a timestamp of the listener's clock.</summary>
    public long ConnectedAt { get; }

    /// <summary>When it last sent something, as a timestamp of the listener's clock.</summary>
    public long LastActive { get; private set; }

    /// <summary>How many requests wait for their replies.</summary>
    public int CommandsUnderWay => _ring.Count;

    /// <summary>How many bytes of replies and pushes wait to be sent.</summary>
    public int QueuedBytes => _socket.QueuedBytes + (Pushes?.Length ?? 0);

    /// <summary>The messages that answer no request; null where there can be none.</summary>
    protected PushQueue? Pushes { get; set; }

    /// <summary>Whether the request that was begun last gets no reply.</summary>
    protected bool IsSilent { get; set; }

    /// <summary>When the request that was begun last was begun, by Stopwatch; 0 where its time is not taken.</summary>
    protected long BegunAt { get; set; }

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

    /// <summary>Encodes a result whose reply is one of the short ones that are always the same; on the completing thread.</summary>
    /// <param name="slot">The command's slot.</param>
    /// <param name="result">The result.</param>
    /// <param name="reply">The reply; none where there is no such.</param>
    /// <returns>Whether there is.</returns>
    protected internal virtual bool TryEncodeShort(ReplySlot slot, ReadOnlySpan<byte> result, out ulong reply)
    {
        reply = 0;
        return false;
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

    /// <summary>Notes that several requests have been answered at once.</summary>
    /// <param name="count">How many.</param>
    protected void BeginRequests(int count) => _requestsTaken += count;

    /// <summary>Gives the request's command to the router.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shape">How its result becomes a reply.</param>
    /// <param name="note">What the protocol needs to answer.</param>
    /// <param name="form">What makes the reply of the result, where a shape cannot say it.</param>
    protected void Execute(in Command command, int shape, int note = 0, object? form = null)
    {
        var slot = EnterSlot(shape, note, form, isDirect: true, out var tag);
        if (_ring.Count > 1 || _socket.UnreadBytes > _requestBytes || Loop.GathersAmongClients)
        {
            _host.Router.Gather(command, slot, tag);
        }
        else
        {
            // Nothing goes with it: it starts at once.
            _host.Router.Execute(command, slot, tag);
        }

        if (!slot.LeaveRouter())
        {
            OnUnderWay(slot, command);
        }

        LeaveSlot(slot);
    }

    /// <summary>Takes the slot for a result that comes from elsewhere than the router; <see cref="LeaveSlot" /> follows once that was asked.</summary>
    /// <param name="shape">How the result becomes a reply.</param>
    /// <param name="note">What the protocol needs to answer.</param>
    /// <param name="form">What makes the reply of the result, where a shape cannot say it.</param>
    /// <param name="isDirect">Whether a result that comes at once may go straight to what is sent next, before what is pushed meanwhile.</param>
    /// <param name="tag">What the result comes back with.</param>
    protected ReplySlot EnterSlot(int shape, int note, object? form, bool isDirect, out long tag)
    {
        tag = _ring.NextTag;
        var slot = _ring.Take(shape, note, _requestBytes, form, IsSilent);
        slot.BegunAt = BegunAt;
        _requestBytesUnderWay += _requestBytes;
        slot.EnterRouter(isDirect && _ring.Count == 1 && !IsSilent ? _socket.Output : null);
        return slot;
    }

    /// <summary>Says that the result was asked for; the slot belongs to the ring again.</summary>
    /// <param name="slot">The slot.</param>
    protected void LeaveSlot(ReplySlot slot)
    {
        if (slot.IsDone)
        {
            DrainReplies();
        }
    }

    /// <summary>Answers the request without a command: what is written between this and <see cref="EndReply" /> is the reply.</summary>
    protected PooledBuffer BeginReply()
    {
        if (_ring.Count == 0 && !IsSilent)
        {
            return _socket.Output;
        }

        _immediate = _ring.Take(0, 0, 0, null, IsSilent);
        return _immediate.Writer;
    }

    /// <summary>Ends the reply that <see cref="BeginReply" /> began.</summary>
    protected void EndReply()
    {
        if (_immediate is { } slot)
        {
            _immediate = null;
            slot.Finish();
            LeaveSlot(slot);
        }
    }

    /// <summary>Lets nothing that follows start before everything so far is done.</summary>
    protected void HoldUpRest() => _underWay = CommandClass.Exclusive;

    /// <summary>Answers the request by many commands; its class is <see cref="CommandClass.Exclusive" />.</summary>
    /// <param name="gathering">What is done; released by the connection.</param>
    /// <param name="note">Comes back with the slot when it is answered.</param>
    protected void Gather(Gathering gathering, int note = 0)
    {
        Invariant.Holds(_ring.Count == 0, "a gathering was started beside other commands");
        var slot = _ring.Take(0, note, 0, null, IsSilent);
        slot.BegunAt = BegunAt;
        _gathering.Begin(gathering, slot);
    }

    /// <summary>Puts the messages that answer no request behind what is to be sent already, however much that is.</summary>
    protected void FlushPushes() => Pushes?.MoveTo(_socket.Output);

    /// <summary>Called in the pump before it takes requests one after the other.</summary>
    protected virtual void BeginBatch()
    {
    }

    /// <summary>Called in the pump once it takes no further requests for now.</summary>
    protected virtual void EndBatch()
    {
    }

    /// <summary>Called in the pump when a command went on beside it, while its slot is still the pump's to write to.</summary>
    /// <param name="slot">The command's slot.</param>
    /// <param name="command">The command.</param>
    protected virtual void OnUnderWay(ReplySlot slot, in Command command)
    {
    }

    /// <summary>Called in the pump when a command that went on beside it is answered; only where its time is taken.</summary>
    /// <param name="slot">The command's slot.</param>
    protected internal virtual void OnAnswered(ReplySlot slot)
    {
    }

    /// <summary>Called once in the pump, when the socket is closed.</summary>
    protected virtual void OnClosed()
    {
    }

    /// <summary>Called once, when nothing of the connection is under way any more.</summary>
    protected virtual void Release()
    {
    }
}
