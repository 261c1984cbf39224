using System.Net.Sockets;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.PlainText;
using Catena.Server.Listeners.Thrift;

namespace Catena.Server.Listeners.PlainText;

/// <summary>One client of the plain-text service.</summary>
/// <remarks>
/// The protocol has no delimiter: what one receive brings is one request. Clients send one, take the reply and close; one that goes on gets
/// further replies, as long as each of its requests arrives by itself.
/// </remarks>
/// <param name="listener">Who accepted it.</param>
/// <param name="socket">The connected socket.</param>
/// <param name="id">Its number.</param>
internal sealed class PlainTextConnection(PlainTextListener listener, Socket socket, long id)
    : ClientConnection(listener, socket, id, PlainTextRequest.MaxBytes)
{
    /// <inheritdoc />
    protected override InputStatus TakeRequest(ReadOnlySpan<byte> unread, out int consumed, out int needed)
    {
        consumed = 0;
        needed = 1;
        if (unread.IsEmpty)
        {
            return InputStatus.NeedMore;
        }

        var bytes = unread[..Math.Min(unread.Length, PlainTextRequest.MaxBytes)];
        var request = PlainTextRequest.Read(bytes);
        var commandClass = request.Command switch
        {
            PlainTextCommand.Put => CommandClass.Write,
            PlainTextCommand.Get => CommandClass.Read,
            _ => CommandClass.Immediate,
        };
        if (!MayStart(commandClass))
        {
            return InputStatus.Blocked;
        }

        consumed = bytes.Length;
        BeginRequest(commandClass, consumed);
        if (commandClass == CommandClass.Immediate)
        {
            PlainTextReply.Write(BeginReply(), request.Command);
            EndReply();
        }
        else
        {
            Execute(request);
        }

        return InputStatus.Taken;
    }

    /// <inheritdoc />
    protected override void Encode(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output)
    {
        var reader = new ResultReader(result);
        var request = PlainTextRequest.Read((byte[])slot.Form!);
        switch (reader.Kind)
        {
            case ResultKind.Ok:
                PlainTextReply.WritePut(output, request.Key, request.Value);
                break;
            case ResultKind.Value:
                PlainTextReply.WriteGet(output, request.Key, reader.Value);
                break;
            case ResultKind.Nil:
                PlainTextReply.WriteNotFound(output, request.Key);
                break;
            default:
                PlainTextReply.WriteError(output, ThriftResults.TextOf(reader.Error, reader.Value));
                break;
        }
    }

    private void Execute(PlainTextRequest request)
    {
        var command = new Command
        {
            Kind = request.Command == PlainTextCommand.Put ? CommandKind.Put : CommandKind.Get,
            Slot = HashSlot.Of(request.Key).Value,
            Key = request.Key,
            Value = request.Value,
        };

        // The reply repeats what was asked, which the receive buffer no longer holds by then.
        Execute(command, 0, form: Copy(request));
    }

    private static byte[] Copy(PlainTextRequest request) => request.Command == PlainTextCommand.Put
        ? [.. "PUT "u8, .. request.Key, (byte)' ', .. request.Value]
        : [.. "GET "u8, .. request.Key];
}
