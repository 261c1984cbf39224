using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>Collects the result of a method whose length is known only at its end: fields in order, then <see cref="Write" />.</summary>
/// <remarks>For answers that are rare or large. Not thread-safe.</remarks>
public sealed class ThriftReply : ThriftFields
{
    /// <summary>The bytes of the frame beside what was collected.</summary>
    /// <param name="name">The method's name.</param>
    public static int OverheadBytes(ReadOnlySpan<byte> name) => ThriftWriter.MessageHeaderBytes(name.Length) + ThriftWriter.StopBytes;

    /// <summary>Answers a call with what was collected, framed.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="sequenceId">The call's number.</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, int sequenceId) => Write(output, ThriftMessageType.Reply, name, sequenceId);
}
