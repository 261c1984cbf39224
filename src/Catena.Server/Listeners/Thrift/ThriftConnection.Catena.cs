using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <content>The calls of the service Catena that KeyValueService does not have.</content>
internal sealed partial class ThriftConnection
{
    /// <summary>Takes such a call.</summary>
    /// <remarks>They count as writes, all of them: so those of one transaction are carried out in order, and plain reads that follow see what was committed.</remarks>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="size">The bytes of the request.</param>
    /// <param name="consumed">The bytes that are dropped.</param>
    private InputStatus TakeCatenaCall(ReadOnlySpan<byte> frame, int size, out int consumed)
    {
        consumed = 0;
        var status = CatenaService.ReadCall(frame, out var call);
        var commandClass = status == KeyValueCallStatus.Call ? CommandClass.Write : CommandClass.Immediate;
        if (!MayStart(commandClass))
        {
            return InputStatus.Blocked;
        }

        consumed = size;
        BeginRequest(commandClass, size);
        if (status != KeyValueCallStatus.Call)
        {
            RefuseFrame(status, call.Name, call.SequenceId);
            return InputStatus.Taken;
        }

        var refusal = TransactionCalls.Read(call, out var command);
        if (refusal.IsEmpty)
        {
            Execute(command, (int)call.Method, call.SequenceId);
        }
        else
        {
            CatenaService.WriteException(BeginReply(), call.Method, call.SequenceId, CatenaException.InvalidRequest, refusal);
            EndReply();
        }

        return InputStatus.Taken;
    }

    private void EncodeCatena(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output) =>
        TransactionCalls.Encode(output, (CatenaMethod)slot.Shape, slot.Note, result, _listener.Options.MaxThriftFrameBytes);
}
