using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Catena.Core.Data;
using Catena.Protocols;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;
using Catena.Server.Listeners.Redis.Statistics;
using Catena.Server.Listeners.Redis.Transactions;

namespace Catena.Server.Listeners.Redis;

/// <summary>One client of the Redis protocol: what it has told of itself, and the way from its requests to commands.</summary>
/// <remarks>Handlers run in the pump and use everything here; other threads only encode results.</remarks>
internal sealed partial class RedisConnection : ClientConnection
{
    private const int KeptItemBytes = 64 << 10;

    // A line that announces a length may follow the last whole argument.
    private const int LineBytes = 128 << 10;

    // A slot's note: the command's number, above it how many arguments there were.
    private const int CommandBits = 10;

    private static readonly ulong PlainOk = ShortReply.Of("+OK\r\n"u8);

    private readonly RespRequestReader _reader;
    private readonly PooledBuffer _items = new();
    private readonly CommandRun _run;
    private RedisCommand? _command;
    private int _argumentCount;
    private long _stamp;
    private bool _isLimited;
    private bool _isAway;
    private bool _hasFailed;
    private bool _isLast;

    /// <summary>A connection that does nothing before its first signal.</summary>
    /// <param name="listener">Who accepted it.</param>
    /// <param name="socket">The connected socket.</param>
    /// <param name="id">Its number.</param>
    public RedisConnection(RedisListener listener, Socket socket, long id)
        : base(listener, socket, id, listener.Limits.MessageBytes + LineBytes)
    {
        Listener = listener;
        Session = new RedisSession { IsAuthenticated = listener.Password is null };
        _isLimited = listener.Password is not null;
        _reader = new RespRequestReader(_isLimited ? RespLimits.Unauthenticated : listener.Limits);
        _run = new CommandRun(listener.Statistics);
    }

    /// <summary>Who accepted the connection, with all that connections share.</summary>
    public RedisListener Listener { get; }

    /// <summary>What the client has told of itself.</summary>
    public RedisSession Session { get; }

    /// <summary>The version of the protocol in which replies are written. Changes only while no command is under way.</summary>
    public RespVersion Version { get; set; } = RespVersion.Resp2;

    /// <summary>What the client has subscribed to; null where it never has.</summary>
    public RedisSubscriptions? Subscriptions { get; private set; }

    /// <summary>Whether the client may use commands: there is no password, or it has told it.</summary>
    public bool IsAllowed => Session.IsAuthenticated || Listener.Password is null;

    /// <summary>The last command that was read, in lower case, with its subcommand.</summary>
    public string LastCommand { get; private set; } = "NULL";

    /// <summary>What the client has subscribed to; from now on it can.</summary>
    public RedisSubscriptions Subscribing() => Subscriptions ??= new RedisSubscriptions(this, Pushes = new PushQueue());

    /// <summary>Begins a reply that the handler writes itself; <see cref="End" /> follows.</summary>
    public RespWriter Begin() => new(_captured ?? BeginReply(), Version);

    /// <summary>Ends a reply.</summary>
    public void End()
    {
        if (_captured is null)
        {
            EndReply();
        }
    }

    /// <summary>Begins a message that answers no request and is sent whatever CLIENT REPLY says; those that wait do not go before it by that.</summary>
    public RespWriter BeginPush()
    {
        IsSilent = false;
        return Begin();
    }

    /// <summary>Gives this request a reply though replies are off.</summary>
    public void Speak() => IsSilent = false;

    /// <summary>Answers OK.</summary>
    public void ReplyOk()
    {
        Begin().WriteOk();
        End();
    }

    /// <summary>Answers a number.</summary>
    /// <param name="value">The number.</param>
    public void ReplyInteger(long value)
    {
        Begin().WriteInteger(value);
        End();
    }

    /// <summary>Answers text for a person.</summary>
    /// <param name="text">The text.</param>
    public void ReplyText(string text)
    {
        Begin().WriteVerbatim("txt"u8, Encoding.UTF8.GetBytes(text));
        End();
    }

    /// <summary>Answers an error.</summary>
    /// <param name="error">Code and text.</param>
    public void ReplyError(ReadOnlySpan<byte> error)
    {
        if (_captured is null)
        {
            _hasFailed = true;
            Listener.Statistics.AddError(error);
        }

        Begin().WriteError(error);
        End();
    }

    /// <summary>Lets the connection close once everything so far is answered.</summary>
    public void CloseAfterReply() => _isLast = true;

    /// <summary>Packs the request's arguments from one on; valid until the next call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="first">The index of the first; the one after the command's name unless said otherwise.</param>
    /// <param name="last">The index of the last; the request's last unless said otherwise.</param>
    public ReadOnlySpan<byte> PackArguments(RespRequest request, int first = 1, int last = int.MaxValue)
    {
        _items.Clear(KeptItemBytes);
        for (var i = first; i <= Math.Min(last, request.Count - 1); i++)
        {
            PackedList.Add(_items, request[i]);
        }

        return _items.Written;
    }

    /// <summary>Packs operations on bits; valid until the next call.</summary>
    /// <param name="operations">The operations.</param>
    public ReadOnlySpan<byte> PackOperations(IReadOnlyList<BitFieldOperation> operations)
    {
        _items.Clear(KeptItemBytes);
        for (var i = 0; i < operations.Count; i++)
        {
            operations[i].WriteTo(_items);
        }

        return _items.Written;
    }

    /// <summary>Gives the request's command to the router.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shape">What the reply makes of the result.</param>
    public void Run(in Command command, ReplyShape shape = ReplyShape.Plain) => Run(command, shape, null);

    /// <summary>Gives the request's command to the router.</summary>
    /// <param name="command">The command.</param>
    /// <param name="form">Makes the reply of the result, unless that is an error.</param>
    public void Run(in Command command, IReplyForm form) => Run(command, ReplyShape.Plain, form);

    /// <summary>Answers the request by one read, whose reply takes long to make.</summary>
    /// <param name="gathering">The read.</param>
    public void RunRead(ReadGathering gathering)
    {
        if (!TryPlan(gathering.Command, ReplyShape.Plain, gathering.Form))
        {
            RunGathering(gathering);
        }
    }

    /// <summary>Answers the request by many commands.</summary>
    /// <param name="gathering">What is done.</param>
    public void RunGathering(Gathering gathering)
    {
        _isAway = true;
        Gather(gathering, NoteOf(_argumentCount));
    }

    /// <summary>Takes the slot for a result that does not come from the router; <see cref="EndAsking" /> follows once it was asked for.</summary>
    /// <param name="form">Makes the reply of the result where a plain one will not do.</param>
    /// <param name="tag">What the result comes back with.</param>
    public ReplySlot BeginAsking(IReplyForm? form, out long tag) => EnterSlot(0, NoteOf(_argumentCount), form, isDirect: false, out tag);

    /// <summary>Says that the result was asked for.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="key">What a log of slow commands shows.</param>
    public void EndAsking(ReplySlot slot, ReadOnlySpan<byte> key)
    {
        if (!slot.LeaveRouter())
        {
            _isAway = true;
            slot.KeepKey(key);
        }

        LeaveSlot(slot);
    }

    /// <summary>Puts the messages that wait before whatever is replied next; nothing is under way.</summary>
    public void SettlePushes() => FlushPushes();

    /// <inheritdoc />
    protected override InputStatus TakeRequest(ReadOnlySpan<byte> unread, out int consumed, out int needed)
    {
        needed = 1;
        if (_isLimited && IsAllowed)
        {
            _isLimited = false;
            _reader.Limits = Listener.Limits;
        }

        if (TryTakePlain(unread, out consumed))
        {
            return InputStatus.Taken;
        }

        var status = _reader.Read(unread, out var request, out consumed);
        if (status == ReadStatus.NeedMore)
        {
            needed = _reader.BytesNeeded;
            return InputStatus.NeedMore;
        }

        if (status == ReadStatus.ProtocolError)
        {
            Listener.Metrics.Malformed.Increment();
            IsSilent = Session.IsSilent;
            ReplyError(_reader.Error);
            return InputStatus.Last;
        }

        var command = RedisCommandTable.Find(request[0]);
        if (command is null)
        {
            Transaction?.Spoil();
            Accept(CommandClass.Immediate, consumed);
            ReplyError(RespErrors.UnknownCommand(request));
            return InputStatus.Taken;
        }

        if (!command.Accepts(request.Count))
        {
            Refuse(command, RespErrors.WrongArgumentCount(command), consumed);
            return InputStatus.Taken;
        }

        return Dispatch(command, request, ref consumed);
    }

    /// <inheritdoc />
    protected internal override bool TryEncodeShort(ReplySlot slot, ReadOnlySpan<byte> result, out ulong reply)
    {
        var isPlainOk = result is [(byte)ResultKind.Ok] && slot.Form is null && (ReplyShape)slot.Shape == ReplyShape.Plain;
        reply = isPlainOk ? PlainOk : 0;
        return isPlainOk;
    }

    /// <inheritdoc />
    protected override void Encode(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output)
    {
        var start = output.Length;
        RedisResults.Write(new RespWriter(output, Version), (ReplyShape)slot.Shape, slot.Form as IReplyForm, result, Listener);
        if (output.Written[start] == (byte)'-')
        {
            Listener.Statistics.AddFailed(CommandOf(slot));
            Listener.Statistics.AddError(output.Written[(start + 1)..]);
        }
    }

    /// <inheritdoc />
    protected override void BeginBatch()
    {
        _stamp = 0;
        _runsAreOff = false;
    }

    /// <inheritdoc />
    protected override void EndBatch() => _run.Flush();

    /// <inheritdoc />
    protected override void OnUnderWay(ReplySlot slot, in Command command)
    {
        _isAway = true;
        var key = command.Key;
        if (key.IsEmpty && new PackedList(command.Items) is var items && items.MoveNext())
        {
            key = items.Current;
        }

        slot.KeepKey(key);
    }

    /// <inheritdoc />
    protected internal override void OnAnswered(ReplySlot slot)
    {
        var command = RedisCommandTable.Get(CommandOf(slot));
        var ticks = slot.DoneAt - slot.BegunAt;
        _run.Add(command.Id, ticks);
        if (ticks < Listener.SlowTicks)
        {
            return;
        }

        List<byte[]> arguments = [command.NameBytes.ToArray()];
        if (!slot.Key.IsEmpty)
        {
            arguments.Add(slot.Key.ToArray());
        }

        var left = (slot.Note >> CommandBits) - arguments.Count;
        if (left > 0)
        {
            arguments.Add(SlowLog.More(left));
        }

        Listener.NoteSlow(this, ticks, arguments);
    }

    /// <inheritdoc />
    protected override void OnClosed() => Subscriptions?.Clear();

    /// <inheritdoc />
    protected override void Release() => _items.Release();

    private static RedisCommandId CommandOf(ReplySlot slot) => (RedisCommandId)(slot.Note & ((1 << CommandBits) - 1));

    private int NoteOf(int above) => (int)_command!.Id | (above << CommandBits);

    private InputStatus Dispatch(RedisCommand command, RespRequest request, ref int consumed)
    {
        var handlers = RedisHandlers.All;
        if (!MayUse(command))
        {
            Refuse(command, WhyNot(command, request), consumed);
            return InputStatus.Taken;
        }

        var queuesIn = Transaction is { IsOpen: true } open && !QueueRules.IsAnsweredAtOnce(command.Id) ? open : null;
        var commandClass = queuesIn is null ? handlers.ClassOf(command.Id, request.Count) : CommandClass.Immediate;
        if (!MayStart(commandClass) || Listener.Pause.Holds(command, MayWrite(command)))
        {
            // The reader is at the start of a request again, so the same bytes can be shown to it once more.
            consumed = 0;
            return InputStatus.Blocked;
        }

        if (queuesIn is not null)
        {
            Queue(queuesIn, command, request, consumed);
            return InputStatus.Taken;
        }

        Begin(command, request.Count, commandClass);
        LastCommand = handlers.HasSubcommands(command.Id) ? handlers.FullNameOf(command, request) : command.Name;
        Accept(commandClass, consumed);
        handlers[command.Id](this, request);
        if (Account(command) is var ticks && ticks >= Listener.SlowTicks)
        {
            Listener.NoteSlow(this, ticks, SlowArguments.Of(command, request));
        }

        return _isLast ? InputStatus.Last : InputStatus.Taken;
    }

    /// <summary>Notes which command comes next, and when.</summary>
    private void Begin(RedisCommand command, int argumentCount, CommandClass commandClass)
    {
        // Writes of a pipeline that go on share a beginning; what follows them has its own.
        _stamp = _stamp == 0 || (_isAway && commandClass != CommandClass.Write) ? Stopwatch.GetTimestamp() : _stamp;
        BegunAt = _stamp;
        _command = command;
        _argumentCount = argumentCount;
        _isAway = false;
        _hasFailed = false;
    }

    /// <summary>Whether the client may use a command now: it has told the password, and does not listen in RESP2.</summary>
    private bool MayUse(RedisCommand command) =>
        (IsAllowed || (command.Flags & RedisCommandFlags.NoAuth) != 0)
        && (Subscriptions is null || Version != RespVersion.Resp2 || Subscriptions.Total == 0 || PubSubCommands.MayAlwaysBeUsed(command.Id));

    private byte[] WhyNot(RedisCommand command, RespRequest request) => IsAllowed
        ? RespErrors.NotWhileSubscribed(RedisHandlers.All.FullNameOf(command, request))
        : RespErrors.AuthenticationRequired.ToArray();

    private void Refuse(RedisCommand command, ReadOnlySpan<byte> error, int consumed)
    {
        Accept(CommandClass.Immediate, consumed);
        Listener.Statistics.AddRejected(command.Id);
        if (command.Id == RedisCommandId.Exec)
        {
            Transaction?.End();
            ReplyError(RespErrors.ExecAbortedBecause(error));
            return;
        }

        Transaction?.Spoil();
        ReplyError(error);
    }

    private bool MayWrite(RedisCommand command) => command.IsWrite || (command.Id == RedisCommandId.Exec && Transaction is { IsOpen: true, HasWrites: true });

    private void Run(in Command command, ReplyShape shape, IReplyForm? form)
    {
        if (TryPlan(command, shape, form))
        {
            return;
        }

        if (command.Slot == Command.SeveralSlots)
        {
            // A transaction asks each partition more than once; nothing of this client may come in between.
            HoldUpRest();
        }

        Execute(command, (int)shape, NoteOf(_argumentCount), form);
    }

    private void Accept(CommandClass commandClass, int consumed)
    {
        IsSilent = Session.TakeSilence();
        BeginRequest(commandClass, consumed);
    }

    /// <summary>Counts a command that is done, or has gone on beside the pump.</summary>
    /// <returns>How long it took, by Stopwatch; -1 where it has gone on.</returns>
    private long Account(RedisCommand command)
    {
        if (_hasFailed)
        {
            Listener.Statistics.AddFailed(command.Id);
        }

        if (_isAway)
        {
            // Its time is taken once it is answered; the next one's counts from where this one's does.
            return -1;
        }

        var now = Stopwatch.GetTimestamp();
        var ticks = now - _stamp;
        _stamp = now;
        _run.Add(command.Id, ticks);
        return ticks;
    }
}
