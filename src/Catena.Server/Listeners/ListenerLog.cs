using System.Net;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners;

/// <summary>What listeners log; the numbers are stable.</summary>
internal static partial class ListenerLog
{
    [LoggerMessage(4001, LogLevel.Information, "The {Protocol} listener takes connections at {EndPoint}")]
    public static partial void Listening(ILogger log, string protocol, EndPoint endPoint);

    [LoggerMessage(4002, LogLevel.Error, "The {Protocol} listener cannot accept connections for the moment and tries again")]
    public static partial void AcceptFailed(ILogger log, string protocol, Exception exception);

    [LoggerMessage(4003, LogLevel.Error, "Connection {Id} of the {Protocol} listener failed inside the server and is closed")]
    public static partial void ConnectionFailed(ILogger log, string protocol, long id, Exception exception);

    [LoggerMessage(4004, LogLevel.Warning, "The {Protocol} listener has all the clients it may have and turns new ones away")]
    public static partial void Full(ILogger log, string protocol);

    [LoggerMessage(4005, LogLevel.Warning, "{Count} connections of the {Protocol} listener were not done by the deadline and are closed")]
    public static partial void StoppedHard(ILogger log, int count, string protocol);

    [LoggerMessage(4006, LogLevel.Warning, "Connection {Id} of the redis listener is closed: it does not read what it subscribed to, and {Bytes} bytes wait for it")]
    public static partial void SubscriberCut(ILogger log, long id, long bytes);

    [LoggerMessage(4007, LogLevel.Information, "The setting {Name} of the {Protocol} listener was changed by connection {Id}")]
    public static partial void SettingChanged(ILogger log, string name, string protocol, long id);
}
