namespace Catena.Protocols.Resp.Commands;

/// <summary>What the number of an expiry time counts.</summary>
public enum ExpireUnit
{
    /// <summary>Seconds from now (EX, EXPIRE, SETEX).</summary>
    Seconds = 0,

    /// <summary>Milliseconds from now (PX, PEXPIRE, PSETEX).</summary>
    Milliseconds = 1,

    /// <summary>Seconds since 1970 (EXAT, EXPIREAT).</summary>
    UnixSeconds = 2,

    /// <summary>Milliseconds since 1970 (PXAT, PEXPIREAT).</summary>
    UnixMilliseconds = 3,
}
