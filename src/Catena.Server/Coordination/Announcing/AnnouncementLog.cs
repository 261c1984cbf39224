using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Announcing;

/// <summary>What becomes of announcements; event ids 3140 to 3159.</summary>
internal static partial class AnnouncementLog
{
    [LoggerMessage(3140, LogLevel.Information, "Announced {Address} at {Path}")]
    public static partial void Announced(ILogger logger, string address, string path);

    [LoggerMessage(3141, LogLevel.Information, "Withdrew the announcement {Path}")]
    public static partial void Withdrawn(ILogger logger, string path);

    [LoggerMessage(3142, LogLevel.Warning, "The announcement {Announcement} cannot be made for now, which keeps nobody from being served: {Problem}")]
    public static partial void Problem(ILogger logger, Announcement announcement, string problem);

    [LoggerMessage(3143, LogLevel.Warning, "Took {Path} over from the session {Session}, which does not hold the role any more")]
    public static partial void TakenOver(ILogger logger, string path, string session);

    [LoggerMessage(3144, LogLevel.Information, "Deleted {Path}, which an earlier life of this node had left")]
    public static partial void Cleared(ILogger logger, string path);

    [LoggerMessage(3145, LogLevel.Information, "The node is not ready, so its announcements go: {Reason}")]
    public static partial void NotServing(ILogger logger, string reason);

    [LoggerMessage(3146, LogLevel.Warning, "ZooKeeper does not say what is announced; asked again soon: {Reason}")]
    public static partial void Unanswered(ILogger logger, string reason);
}
