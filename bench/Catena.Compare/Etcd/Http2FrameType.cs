namespace Catena.Compare.Etcd;

/// <summary>Types of HTTP/2 frames (RFC 9113, section 6) that mean something to a client that sends one call at a time.</summary>
internal enum Http2FrameType : byte
{
    /// <summary>A part of a message.</summary>
    Data = 0,

    /// <summary>Fields before or behind a message.</summary>
    Headers = 1,

    /// <summary>The end of a call that went wrong.</summary>
    ResetStream = 3,

    /// <summary>What the other side is to keep to.</summary>
    Settings = 4,

    /// <summary>Is answered with the same.</summary>
    Ping = 6,

    /// <summary>The connection ends.</summary>
    GoAway = 7,

    /// <summary>More may be sent.</summary>
    WindowUpdate = 8,
}
