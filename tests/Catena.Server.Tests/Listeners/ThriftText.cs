using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Catena.Protocols.Thrift;

namespace Catena.Server.Tests.Listeners;

/// <summary>Calls and answers of Thrift, written byte by byte as Latin-1 text. Every length in them is under 256, every call's number is 9.</summary>
internal static class ThriftText
{
    /// <summary>The end of a struct.</summary>
    internal const string Stop = "\0";

    internal static string Bytes(int field, string value) => $"\x0b\0{(char)field}\0\0\0{(char)value.Length}{value}";

    internal static string Call(string method, string arguments) => Frame($"\x80\x01\0\x01\0\0\0{(char)method.Length}{method}\0\0\0\x09{arguments}{Stop}");

    internal static string Answer(string method, string result) => Frame($"\x80\x01\0\x02\0\0\0{(char)method.Length}{method}\0\0\0\x09{result}{Stop}");

    internal static string Frame(string message) => $"\0\0\0{(char)message.Length}{message}";

    internal static void Ask(Wire client, string call, string answer)
    {
        client.Send(call);
        client.Expect(answer);
    }

    internal static byte[] Result(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a declared exception: which, and whether it tells the error's own text.</summary>
    internal static (CatenaException Exception, bool HasText) ReadException(Wire client)
    {
        var reader = new ThriftReader(client.Receive(BinaryPrimitives.ReadInt32BigEndian(client.Receive(4))));
        Assert.True(reader.TryReadMessageHeader(out var type, out _, out var sequenceId));
        Assert.Equal((ThriftMessageType.Reply, 9), (type, sequenceId));
        Assert.True(reader.TryReadFieldHeader(out var field, out var exception) && field == ThriftType.Struct);
        Assert.True(reader.TryReadFieldHeader(out field, out var id) && field == ThriftType.Bytes && id == 1);
        Assert.True(reader.TryReadBytes(out var text) && !text.IsEmpty);
        Assert.Equal(2, reader.Remaining);
        return ((CatenaException)exception, Encoding.UTF8.GetString(text).EndsWith(": why", StringComparison.Ordinal));
    }

    internal static ThriftExceptionType ReadApplicationException(Wire client)
    {
        var reader = new ThriftReader(client.Receive(BinaryPrimitives.ReadInt32BigEndian(client.Receive(4))));
        Assert.True(reader.TryReadMessageHeader(out var type, out _, out var sequenceId));
        Assert.Equal((ThriftMessageType.Exception, 9), (type, sequenceId));
        Assert.True(ThriftException.TryRead(ref reader, out var exception));
        return exception.Type;
    }
}
