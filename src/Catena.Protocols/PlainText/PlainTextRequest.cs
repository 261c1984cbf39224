namespace Catena.Protocols.PlainText;

/// <summary>One request of the plain-text service as a view of its bytes.</summary>
/// <remarks>
/// Words between white space: a command, and what it needs. Further words are ignored, so that a value has no white space in it. Words
/// are bytes and are never decoded; commands are in capitals.
/// </remarks>
public readonly ref struct PlainTextRequest
{
    /// <summary>The longest request: what one receive brings.</summary>
    public const int MaxBytes = 1024;

    private PlainTextRequest(PlainTextCommand command, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Command = command;
        Key = key;
        Value = value;
    }

    /// <summary>What is asked.</summary>
    public PlainTextCommand Command { get; }

    /// <summary>The key of a put or get.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The value of a put.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Reads a request; whatever the bytes are, they are one.</summary>
    /// <param name="bytes">What one receive has brought.</param>
    public static PlainTextRequest Read(ReadOnlySpan<byte> bytes)
    {
        var command = NextWord(ref bytes);
        if (command.SequenceEqual("HEARTBEAT"u8))
        {
            return new PlainTextRequest(PlainTextCommand.Heartbeat, default, default);
        }

        var key = NextWord(ref bytes);
        if (command.SequenceEqual("GET"u8))
        {
            return new PlainTextRequest(key.IsEmpty ? PlainTextCommand.ShortGet : PlainTextCommand.Get, key, default);
        }

        if (!command.SequenceEqual("PUT"u8))
        {
            return default;
        }

        var value = NextWord(ref bytes);
        return new PlainTextRequest(value.IsEmpty ? PlainTextCommand.ShortPut : PlainTextCommand.Put, key, value);
    }

    /// <summary>Takes the next word off the front; empty at the end.</summary>
    private static ReadOnlySpan<byte> NextWord(scoped ref ReadOnlySpan<byte> bytes)
    {
        var white = " \t\r\n\v\f"u8;
        var start = bytes.IndexOfAnyExcept(white);
        bytes = start < 0 ? default : bytes[start..];
        var length = bytes.IndexOfAny(white);
        var word = length < 0 ? bytes : bytes[..length];
        bytes = bytes[word.Length..];
        return word;
    }
}
