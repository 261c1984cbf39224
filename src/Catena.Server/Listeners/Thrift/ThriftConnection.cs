using System.Net.Sockets;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols;
using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>One client of KeyValueService, or of Catena, which extends it.</summary>
/// <remarks>
/// Several calls may be under way; they are answered in the order in which they came, as old clients expect, each with its own
/// number. A frame that is too long, or is no message of the protocol, ends the connection: there is no call to answer.
/// </remarks>
internal sealed partial class ThriftConnection : ClientConnection
{
    private readonly ThriftListener _listener;

    /// <summary>A connection that does nothing before its first signal.</summary>
    /// <param name="listener">Who accepted it.</param>
    /// <param name="socket">The connected socket.</param>
    /// <param name="id">Its number.</param>
    public ThriftConnection(ThriftListener listener, Socket socket, long id)
        : base(listener, socket, id, listener.Options.MaxThriftFrameBytes + ThriftFrame.HeaderBytes)
    {
        _listener = listener;
    }

    /// <inheritdoc />
    protected override InputStatus TakeRequest(ReadOnlySpan<byte> unread, out int consumed, out int needed)
    {
        consumed = 0;
        var status = ThriftFrame.Read(unread, _listener.Options.MaxThriftFrameBytes, out var frame, out needed);
        if (status == ReadStatus.NeedMore)
        {
            return InputStatus.NeedMore;
        }

        if (status == ReadStatus.ProtocolError)
        {
            _listener.Metrics.Malformed.Increment();
            return InputStatus.Last;
        }

        var callStatus = KeyValueService.ReadCall(frame, out var call);
        var commandClass = callStatus == KeyValueCallStatus.Call ? ClassOf(call.Method) : CommandClass.Immediate;
        if (callStatus == KeyValueCallStatus.BadMessage)
        {
            _listener.Metrics.Malformed.Increment();
            return InputStatus.Last;
        }

        if (callStatus == KeyValueCallStatus.UnknownMethod && CatenaService.MethodOf(call.Name) is var method and not CatenaMethod.Unknown)
        {
            return CatenaService.IsOfTables(method) ? TakeTableCall(frame, needed, out consumed) : TakeCatenaCall(frame, needed, out consumed);
        }

        if (!MayStart(commandClass))
        {
            return InputStatus.Blocked;
        }

        consumed = needed;
        BeginRequest(commandClass, needed);
        switch (callStatus)
        {
            case KeyValueCallStatus.Call:
                Call(call);
                break;
            case KeyValueCallStatus.UnknownMethod:
                KeyValueService.WriteUnknownMethod(BeginReply(), call);
                EndReply();
                break;
            default:
                RefuseFrame(callStatus, call.Name, call.SequenceId);
                break;
        }

        return InputStatus.Taken;
    }

    /// <inheritdoc />
    protected override void Encode(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output)
    {
        if (slot.Shape >= (int)CatenaMethod.TransactionBegin)
        {
            EncodeCatena(slot, result, output);
            return;
        }

        var method = (KeyValueMethod)slot.Shape;
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Error)
        {
            var text = ThriftResults.TextOf(reader.Error, reader.Value);
            ThriftException.Write(output, ThriftResults.NameOf(method), slot.Note, ThriftExceptionType.InternalError, text);
        }
        else if (method is KeyValueMethod.Put or KeyValueMethod.Replicate)
        {
            KeyValueService.WriteVoidReply(output, method, slot.Note);
        }
        else if (KeyValueService.GetReplyOverheadBytes + (long)reader.Value.Length > _listener.Options.MaxThriftFrameBytes)
        {
            ThriftException.Write(
                output, "get"u8, slot.Note, ThriftExceptionType.InternalError, "The value is longer than a frame may be."u8);
        }
        else
        {
            // An absent key is an empty string; older clients know no absence.
            KeyValueService.WriteGetReply(output, slot.Note, reader.Value);
        }
    }

    private static CommandClass ClassOf(KeyValueMethod method) => method switch
    {
        KeyValueMethod.Get => CommandClass.Read,
        KeyValueMethod.Put or KeyValueMethod.Replicate => CommandClass.Write,
        KeyValueMethod.Dump => CommandClass.Exclusive,
        _ => CommandClass.Immediate,
    };

    private void Call(KeyValueCall call)
    {
        if (call.Method == KeyValueMethod.Dump)
        {
            var partitions = _listener.Partitions;
            if (partitions.Length == 0)
            {
                Refuse(call, ThriftExceptionType.InternalError, ThriftResults.TextOf(ErrorCode.ClusterDown, default));
            }
            else
            {
                Gather(new DumpGathering(partitions, call.SequenceId, _listener.Options.MaxThriftFrameBytes));
            }
        }
        else if (call.Method == KeyValueMethod.Replicate && !_listener.Options.AllowsReplicate)
        {
            Refuse(call, ThriftExceptionType.InternalError, "replicate is refused: the cluster replicates by itself, and the setting that has it put is off."u8);
        }
        else if (call.Key.IsEmpty || call.Key.Length > StoredKey.MaxKeyLength)
        {
            Refuse(call, ThriftExceptionType.InternalError, ThriftResults.TextOf(ErrorCode.KeyLength, default));
        }
        else
        {
            var command = new Command
            {
                Kind = call.Method == KeyValueMethod.Get ? CommandKind.Get : CommandKind.Put,
                Slot = HashSlot.Of(call.Key).Value,
                Key = call.Key,
                Value = call.Value,
            };
            Execute(command, (int)call.Method, call.SequenceId);
        }
    }

    private void Refuse(KeyValueCall call, ThriftExceptionType type, ReadOnlySpan<byte> text) => Refuse(call.Name, call.SequenceId, type, text);

    private void Refuse(ReadOnlySpan<byte> name, int sequenceId, ThriftExceptionType type, ReadOnlySpan<byte> text)
    {
        ThriftException.Write(BeginReply(), name, sequenceId, type, text);
        EndReply();
    }

    /// <summary>Answers a message that is no call, or whose arguments cannot be read.</summary>
    private void RefuseFrame(KeyValueCallStatus status, ReadOnlySpan<byte> name, int sequenceId)
    {
        if (status == KeyValueCallStatus.BadArguments)
        {
            Refuse(name, sequenceId, ThriftExceptionType.ProtocolError, "The arguments cannot be read."u8);
        }
        else
        {
            Refuse(name, sequenceId, ThriftExceptionType.InvalidMessageType, "The message is not a call."u8);
        }
    }
}
