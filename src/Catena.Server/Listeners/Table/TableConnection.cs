using System.Diagnostics;
using System.Net.Sockets;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Table;

namespace Catena.Server.Listeners.Table;

/// <summary>One client of the table service.</summary>
/// <remarks>
/// Requests may be sent ahead of the replies, and are answered in order. What is no request, is refused or fails is answered by an error,
/// which is all that the protocol has for it; the connection goes on.
/// </remarks>
internal sealed class TableConnection : ClientConnection
{
    private readonly TableListener _listener;
    private readonly PooledBuffer _keys = new();
    private bool _wentOn;

    /// <summary>A connection that does nothing before its first signal.</summary>
    /// <param name="listener">Who accepted it.</param>
    /// <param name="socket">The connected socket.</param>
    /// <param name="id">Its number.</param>
    public TableConnection(TableListener listener, Socket socket, long id)
        : base(listener, socket, id, TableFrame.HeaderBytes + TableFrame.MaxRequestBytes)
    {
        _listener = listener;
    }

    /// <inheritdoc />
    protected override InputStatus TakeRequest(ReadOnlySpan<byte> unread, out int consumed, out int needed)
    {
        consumed = 0;
        if (!TableFrame.TryRead(unread, out var message, out needed))
        {
            return InputStatus.NeedMore;
        }

        var isRequest = TableService.TryReadRequest(message, out var request);
        var commandClass = isRequest ? ClassOf(request) : CommandClass.Immediate;
        if (!MayStart(commandClass))
        {
            return InputStatus.Blocked;
        }

        consumed = needed;
        BegunAt = Stopwatch.GetTimestamp();
        _wentOn = false;
        BeginRequest(commandClass, needed);
        Answer(request);
        if (!_wentOn)
        {
            _listener.Times.Add(BegunAt, Stopwatch.GetTimestamp());
        }

        return InputStatus.Taken;
    }

    /// <inheritdoc />
    protected override void Encode(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output)
    {
        var reader = new ResultReader(result);
        var isAnswered = ((TableOpcode)slot.Shape, reader.Kind) switch
        {
            (TableOpcode.Get, ResultKind.Value) => TableService.TryWriteValue(output, reader.Value),
            (TableOpcode.Put, ResultKind.Ok) => WriteDone(output, TableOpcode.Put),
            (TableOpcode.Delete, ResultKind.Integer) => reader.Integer > 0 && WriteDone(output, TableOpcode.Delete),
            _ => false,
        };
        if (!isAnswered)
        {
            TableService.WriteError(output);
        }
    }

    /// <inheritdoc />
    protected override void OnUnderWay(ReplySlot slot, in Command command) => _wentOn = true;

    /// <inheritdoc />
    protected internal override void OnAnswered(ReplySlot slot) => _listener.Times.Add(slot.BegunAt, slot.DoneAt);

    /// <inheritdoc />
    protected override void Release() => _keys.Release();

    /// <summary>The class of a request; one whose key is none is answered at once, and so is one for statistics.</summary>
    private static CommandClass ClassOf(TableRequest request) => request.Opcode switch
    {
        TableOpcode.Get when !request.Key.IsEmpty => CommandClass.Read,
        TableOpcode.Put or TableOpcode.Delete when !request.Key.IsEmpty => CommandClass.Write,
        TableOpcode.Size or TableOpcode.GetKeys or TableOpcode.GetTable => CommandClass.Exclusive,
        _ => CommandClass.Immediate,
    };

    private static bool WriteDone(PooledBuffer output, TableOpcode request)
    {
        TableService.WriteDone(output, request);
        return true;
    }

    private void Answer(TableRequest request)
    {
        switch (ClassOf(request))
        {
            case CommandClass.Exclusive:
                Gather(request.Opcode);
                break;
            case CommandClass.Read or CommandClass.Write:
                Execute(request);
                break;
            default:
                AnswerAtOnce(request.Opcode);
                break;
        }
    }

    private void Execute(TableRequest request)
    {
        var slot = HashSlot.Of(request.Key).Value;
        var command = request.Opcode switch
        {
            TableOpcode.Put => new Command { Kind = CommandKind.Put, Slot = slot, Key = request.Key, Value = request.Value },
            TableOpcode.Get => new Command { Kind = CommandKind.Get, Slot = slot, Key = request.Key },
            _ => new Command { Kind = CommandKind.Delete, Slot = slot, Items = Packed(request.Key) },
        };
        Execute(command, (int)request.Opcode);
    }

    /// <summary>The key as the only one of a list, until the next one is packed.</summary>
    private ReadOnlySpan<byte> Packed(ReadOnlySpan<byte> key)
    {
        const int KeptBytes = 1024;
        _keys.Clear(KeptBytes);
        PackedList.Add(_keys, key);
        return _keys.Written;
    }

    private void Gather(TableOpcode opcode)
    {
        var partitions = _listener.Partitions;
        if (partitions.Length == 0)
        {
            // Nothing is known of the cluster yet.
            AnswerAtOnce(TableOpcode.Error);
            return;
        }

        _wentOn = true;
        Gather(opcode == TableOpcode.Size ? new SizeGathering(partitions) : new ListGathering(partitions, opcode == TableOpcode.GetTable));
    }

    private void AnswerAtOnce(TableOpcode opcode)
    {
        var output = BeginReply();
        if (opcode == TableOpcode.Stats)
        {
            var times = _listener.Times;
            TableService.WriteStats(output, _listener.Dialect, new TableStats(times.Operations, _listener.Count, times.Microseconds));
        }
        else
        {
            TableService.WriteError(output);
        }

        EndReply();
    }
}
