namespace Catena.Server.Peers.Wire;

/// <summary>What the bytes that have arrived amount to.</summary>
internal enum PeerFrameStatus
{
    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>The beginning of a frame.</summary>
    Incomplete,

    /// <summary>A frame longer than the limit.</summary>
    TooLong,

    /// <summary>A frame of no known kind.</summary>
    UnknownKind,

    /// <summary>A frame whose checksum does not fit.</summary>
    BadChecksum,
}
