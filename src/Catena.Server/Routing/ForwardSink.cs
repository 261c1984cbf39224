using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.Routing;

/// <summary>Sends the results of one peer's forwarded commands back to it; the tag is the command's id there.</summary>
internal sealed class ForwardSink(NodeId peer, IForwardPort port) : ICommandSink
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        ForwardCodec.WriteReply(buffer, (ulong)tag, default, null, result);
        port.SendReply(peer, buffer.WrittenSpan);
        if (buffer.Capacity > 1 << 20)
        {
            _buffer = null;
        }
    }
}
