using Microsoft.Extensions.Logging;

namespace Catena.ZooKeeper.Client;

/// <summary>What the client reports; event ids 2000 to 2099.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(
        2000, LogLevel.Information, "ZooKeeper session 0x{SessionId:x} established at {Server}, timeout {TimeoutMilliseconds} ms")]
    public static partial void Established(ILogger logger, long sessionId, ServerAddress server, int timeoutMilliseconds);

    [LoggerMessage(2001, LogLevel.Debug, "Connecting to ZooKeeper at {Server} failed")]
    public static partial void ConnectFailed(ILogger logger, Exception reason, ServerAddress server);

    [LoggerMessage(2002, LogLevel.Warning, "ZooKeeper connection of session 0x{SessionId:x} to {Server} lost: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, long sessionId, ServerAddress server, string reason);

    [LoggerMessage(2003, LogLevel.Error, "ZooKeeper session 0x{SessionId:x} expired: {Reason}")]
    public static partial void Expired(ILogger logger, long sessionId, string reason);

    [LoggerMessage(2004, LogLevel.Information, "ZooKeeper session 0x{SessionId:x} closed")]
    public static partial void Closed(ILogger logger, long sessionId);

    [LoggerMessage(2005, LogLevel.Error, "A ZooKeeper callback threw")]
    public static partial void CallbackFailed(ILogger logger, Exception reason);

    [LoggerMessage(2006, LogLevel.Warning, "Closing ZooKeeper session 0x{SessionId:x} in order failed; it will expire")]
    public static partial void CloseFailed(ILogger logger, Exception reason, long sessionId);
}
