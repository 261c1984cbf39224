namespace Catena.Server.Platform;

/// <summary>What a socket is ready for.</summary>
[Flags]
internal enum Readiness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>There are bytes, an end or an error to receive.</summary>
    Receive = 1,

    /// <summary>There is room to send, or an error to be learnt by trying.</summary>
    Send = 2,

    /// <summary>The other side has ended: behind the bytes that can be received comes the end, which is not told again.</summary>
    End = 4,
}
