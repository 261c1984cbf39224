namespace Catena.Protocols.Resp.Dump;

/// <summary>How reading a dumped value went.</summary>
public enum DumpStatus
{
    /// <summary>The value was read.</summary>
    Read,

    /// <summary>The version is newer than what is known, or the checksum is wrong.</summary>
    Unverified,

    /// <summary>It is no string, or malformed.</summary>
    Malformed,

    /// <summary>The value is longer than the limit.</summary>
    TooLong,
}
