using System.Buffers;

namespace Catena.Protocols.PlainText;

/// <summary>The replies of the plain-text service, byte for byte as its clients know them: without an end of line.</summary>
public static class PlainTextReply
{
    /// <summary>Answers a request that nothing has to be looked up for.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="command">Neither a put nor a get.</param>
    public static void Write(IBufferWriter<byte> output, PlainTextCommand command)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(command switch
        {
            PlainTextCommand.Heartbeat => "ALIVE"u8,
            PlainTextCommand.ShortPut => "Error: PUT command must be in the format 'PUT <key> <value>'."u8,
            PlainTextCommand.ShortGet => "Error: GET command must be in the format 'GET <key>'."u8,
            _ => "Invalid command. Use PUT <key> <value> or GET <key>."u8,
        });
    }

    /// <summary>Answers a put that was carried out.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public static void WritePut(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("PUT "u8);
        output.Write(key);
        output.Write("="u8);
        output.Write(value);
        output.Write(" OK"u8);
    }

    /// <summary>Answers a get.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    public static void WriteGet(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("GET "u8);
        output.Write(key);
        output.Write("="u8);
        output.Write(value);
    }

    /// <summary>Answers a get of a key that is absent.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="key">The key.</param>
    public static void WriteNotFound(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("Error: Key '"u8);
        output.Write(key);
        output.Write("' not found."u8);
    }

    /// <summary>Answers a put or get that was refused or has failed.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="text">Why.</param>
    public static void WriteError(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("Error: "u8);
        output.Write(text);
    }
}
