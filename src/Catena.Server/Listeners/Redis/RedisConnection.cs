using System.Net.Sockets;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>One client of the Redis protocol: what it has told of itself, and the way from its requests to commands.</summary>
/// <remarks>Handlers run in the pump and use everything here; other threads only encode results.</remarks>
internal sealed class RedisConnection : ClientConnection
{
    private const int KeptItemBytes = 64 << 10;

    // A line that announces a length may follow the last whole argument.
    private const int LineBytes = 128 << 10;

    private readonly RespRequestReader _reader;
    private readonly PooledBuffer _items = new();
    private bool _isLast;

    /// <summary>A connection that does nothing before its first signal.</summary>
    /// <param name="listener">Who accepted it.</param>
    /// <param name="socket">The connected socket.</param>
    /// <param name="id">Its number.</param>
    public RedisConnection(RedisListener listener, Socket socket, long id)
        : base(listener, socket, id, listener.Limits.MessageBytes + LineBytes)
    {
        Listener = listener;
        _reader = new RespRequestReader(listener.Limits);
    }

    /// <summary>Who accepted the connection, with all that connections share.</summary>
    public RedisListener Listener { get; }

    /// <summary>The version of the protocol in which replies are written. Changes only while no command is under way.</summary>
    public RespVersion Version { get; set; } = RespVersion.Resp2;

    /// <summary>The name that the client gave itself; empty for none.</summary>
    public string Name { get; set; } = "";

    /// <summary>The name of the client's library.</summary>
    public string LibraryName { get; set; } = "";

    /// <summary>The version of the client's library.</summary>
    public string LibraryVersion { get; set; } = "";

    /// <summary>The last command that was read, in lower case.</summary>
    public string LastCommand { get; private set; } = "NULL";

    /// <summary>Begins a reply that the handler writes itself; <see cref="End" /> follows.</summary>
    public RespWriter Begin() => new(BeginReply(), Version);

    /// <summary>Ends a reply.</summary>
    public void End() => EndReply();

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

    /// <summary>Answers an error.</summary>
    /// <param name="error">Code and text.</param>
    public void ReplyError(ReadOnlySpan<byte> error)
    {
        Begin().WriteError(error);
        End();
    }

    /// <summary>Lets the connection close once everything so far is answered.</summary>
    public void CloseAfterReply() => _isLast = true;

    /// <summary>Finds the slot of a key and whether it may be asked for here; answers the error where it may not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slot">Its slot.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlace(ReadOnlySpan<byte> key, out ushort slot)
    {
        if (key.IsEmpty || key.Length > StoredKey.MaxKeyLength)
        {
            slot = 0;
            ReplyError(RedisResults.KeyLength);
            return false;
        }

        slot = HashSlot.Of(key).Value;
        return !Listener.Node.RedisCluster || TryStay(slot);
    }

    /// <summary>Finds the one slot of all keys of a request; answers the error where there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="step">From one key to the next; the first argument is a key, and keys go on to the end.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlaceAll(RespRequest request, int step, out ushort slot) => TryPlaceAll(request, 1, request.Count - 1, step, out slot);

    /// <summary>Finds the one slot of some of a request's arguments; answers the error where there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="first">The index of the first key.</param>
    /// <param name="last">The index of the last argument that may be a key.</param>
    /// <param name="step">From one key to the next.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlaceAll(RespRequest request, int first, int last, int step, out ushort slot)
    {
        if (!TryPlace(request[first], out slot))
        {
            return false;
        }

        for (var i = first + step; i <= last; i += step)
        {
            var key = request[i];
            if (key.IsEmpty || key.Length > StoredKey.MaxKeyLength)
            {
                ReplyError(RedisResults.KeyLength);
                return false;
            }

            if (HashSlot.Of(key).Value != slot)
            {
                ReplyError(RespErrors.CrossSlot);
                return false;
            }
        }

        return true;
    }

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
    public void Run(in Command command, ReplyShape shape = ReplyShape.Plain) => Execute(command, (int)shape);

    /// <summary>Gives the request's command to the router.</summary>
    /// <param name="command">The command.</param>
    /// <param name="form">Makes the reply of the result, unless that is an error.</param>
    public void Run(in Command command, IReplyForm form) => Execute(command, 0, 0, form);

    /// <summary>Answers the request by many commands.</summary>
    /// <param name="gathering">What is done.</param>
    public void RunGathering(Gathering gathering) => Gather(gathering);

    /// <inheritdoc />
    protected override InputStatus TakeRequest(ReadOnlySpan<byte> unread, out int consumed, out int needed)
    {
        needed = 1;
        var status = _reader.Read(unread, out var request, out consumed);
        if (status == ReadStatus.NeedMore)
        {
            needed = _reader.BytesNeeded;
            return InputStatus.NeedMore;
        }

        if (status == ReadStatus.ProtocolError)
        {
            Listener.Metrics.Malformed.Increment();
            ReplyError(_reader.Error);
            return InputStatus.Last;
        }

        var command = RedisCommandTable.Find(request[0]);
        if (command is null)
        {
            BeginRequest(CommandClass.Immediate, consumed);
            ReplyError(RespErrors.UnknownCommand(request));
            return InputStatus.Taken;
        }

        if (!command.Accepts(request.Count))
        {
            BeginRequest(CommandClass.Immediate, consumed);
            ReplyError(RespErrors.WrongArgumentCount(command));
            return InputStatus.Taken;
        }

        return Dispatch(command, request, ref consumed);
    }

    /// <inheritdoc />
    protected override void Encode(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output) =>
        RedisResults.Write(new RespWriter(output, Version), (ReplyShape)slot.Shape, slot.Form as IReplyForm, result, Listener);

    /// <inheritdoc />
    protected override void Release() => _items.Release();

    private InputStatus Dispatch(RedisCommand command, RespRequest request, ref int consumed)
    {
        var handlers = RedisHandlers.All;
        var commandClass = handlers.ClassOf(command.Id, request.Count);
        if (!MayStart(commandClass))
        {
            // The reader is at the start of a request again, so the same bytes can be shown to it once more.
            consumed = 0;
            return InputStatus.Blocked;
        }

        LastCommand = command.Name;
        BeginRequest(commandClass, consumed);
        handlers[command.Id](this, request);
        return _isLast ? InputStatus.Last : InputStatus.Taken;
    }

    private bool TryStay(ushort slot)
    {
        if (Listener.Redirect(slot) is not { } error)
        {
            return true;
        }

        ReplyError(error);
        return false;
    }
}
