namespace Catena.ZooKeeper.Protocol;

/// <summary>The xids that are not an ordinary request's number.</summary>
internal static class SpecialXid
{
    /// <summary>A watch event; no request belongs to it.</summary>
    public const int WatchEvent = -1;

    /// <summary>A ping and its answer.</summary>
    public const int Ping = -2;

    /// <summary>Credentials and their answer.</summary>
    public const int Auth = -4;

    /// <summary>The setting of watches after a reconnect, and its answer.</summary>
    public const int SetWatches = -8;
}
