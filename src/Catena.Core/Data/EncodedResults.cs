using System.Buffers;

namespace Catena.Core.Data;

/// <summary>Results as bytes of their own.</summary>
public static class EncodedResults
{
    /// <summary>That it is done.</summary>
    public static byte[] Ok { get; } = [(byte)ResultKind.Ok];

    /// <summary>No value.</summary>
    public static byte[] Nil { get; } = [(byte)ResultKind.Nil];

    /// <summary>A value without a version.</summary>
    public static byte[] Value(ReadOnlySpan<byte> value)
    {
        var writer = new ArrayBufferWriter<byte>(value.Length + 16);
        ResultWriter.WriteValue(writer, value, default);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>A number.</summary>
    public static byte[] Integer(long value)
    {
        var writer = new ArrayBufferWriter<byte>(16);
        ResultWriter.WriteInteger(writer, value);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>A refusal or failure.</summary>
    public static byte[] Error(ErrorCode code, ReadOnlySpan<byte> text)
    {
        var writer = new ArrayBufferWriter<byte>(text.Length + 8);
        ResultWriter.WriteError(writer, code, text);
        return writer.WrittenSpan.ToArray();
    }
}
