using System.Net;
using Microsoft.Extensions.Logging;

namespace Catena.ZooKeeper.Server;

/// <summary>What the embedded server reports; event ids 2100 to 2199.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(2100, LogLevel.Information, "Embedded ZooKeeper server listens on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(
        2101,
        LogLevel.Information,
        "Embedded ZooKeeper server recovered zxid 0x{Zxid:x}: {Nodes} znodes, {Sessions} sessions; "
            + "{Torn} bytes of an unfinished write were cut off")]
    public static partial void Recovered(ILogger logger, long zxid, int nodes, int sessions, long torn);

    [LoggerMessage(2102, LogLevel.Debug, "Embedded ZooKeeper server begins a log at zxid 0x{Zxid:x} after a snapshot of {Bytes} bytes")]
    public static partial void LogBegun(ILogger logger, long zxid, long bytes);

    [LoggerMessage(2103, LogLevel.Error, "Embedded ZooKeeper server has no room for its log and refuses writes")]
    public static partial void NoRoom(ILogger logger, Exception reason);

    [LoggerMessage(2104, LogLevel.Debug, "Session 0x{SessionId:x} opened, timeout {TimeoutMilliseconds} ms")]
    public static partial void SessionOpened(ILogger logger, long sessionId, int timeoutMilliseconds);

    [LoggerMessage(2105, LogLevel.Information, "Session 0x{SessionId:x} expired")]
    public static partial void SessionExpired(ILogger logger, long sessionId);

    [LoggerMessage(2106, LogLevel.Debug, "Connection {Link} closed: {Reason}")]
    public static partial void LinkClosed(ILogger logger, long link, string reason);

    [LoggerMessage(2107, LogLevel.Warning, "Accepting a connection failed")]
    public static partial void AcceptFailed(ILogger logger, Exception reason);

    [LoggerMessage(2108, LogLevel.Critical, "Embedded ZooKeeper server cannot go on")]
    public static partial void Fatal(ILogger logger, Exception reason);

    [LoggerMessage(2109, LogLevel.Debug, "Session 0x{SessionId:x} resumed on connection {Link}")]
    public static partial void SessionResumed(ILogger logger, long sessionId, long link);

    [LoggerMessage(2110, LogLevel.Debug, "Connection {Link} broke")]
    public static partial void LinkBroken(ILogger logger, Exception reason, long link);
}
