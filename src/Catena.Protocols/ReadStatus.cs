namespace Catena.Protocols;

/// <summary>What a reader found at the start of the bytes it was given.</summary>
public enum ReadStatus
{
    /// <summary>A whole message was read.</summary>
    Complete = 0,

    /// <summary>The bytes are the beginning of a message; the same bytes and more are needed.</summary>
    NeedMore = 1,

    /// <summary>The bytes cannot be part of any message. What follows cannot be framed either, so the connection is over.</summary>
    ProtocolError = 2,
}
