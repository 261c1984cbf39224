using Microsoft.Extensions.Logging;

namespace Catena.Cli.NodeHost;

/// <summary>What the process around a node logs: events 6000 to 6099.</summary>
internal static partial class NodeRunnerLog
{
    /// <summary>A node is being started.</summary>
    [LoggerMessage(6000, LogLevel.Information, "{Node} starts as process {ProcessId} on {Directory}")]
    public static partial void Starting(ILogger logger, string node, int processId, string directory);

    /// <summary>A node could not start.</summary>
    [LoggerMessage(6001, LogLevel.Error, "{Node} cannot start")]
    public static partial void NotStarted(ILogger logger, Exception reason, string node);

    /// <summary>A node found that it must not go on.</summary>
    [LoggerMessage(6002, LogLevel.Critical, "{Node} ends itself, since it cannot go on safely")]
    public static partial void Failed(ILogger logger, Exception? reason, string node);

    /// <summary>A node was asked to stop.</summary>
    [LoggerMessage(6003, LogLevel.Information, "{Node} stops")]
    public static partial void Stopping(ILogger logger, string node);

    /// <summary>A node has stopped in order.</summary>
    [LoggerMessage(6004, LogLevel.Information, "{Node} has stopped")]
    public static partial void Stopped(ILogger logger, string node);

    /// <summary>A node could not stop in order in time.</summary>
    [LoggerMessage(6005, LogLevel.Warning, "{Node} did not stop in order in time; its next start is that of one that was killed")]
    public static partial void StoppedLate(ILogger logger, string node);
}
