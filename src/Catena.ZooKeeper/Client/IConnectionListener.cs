using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>Hears, in the reader and in order, of what a connection receives outside replies.</summary>
internal interface IConnectionListener
{
    /// <summary>A reply named the server's newest transaction.</summary>
    /// <param name="zxid">Its number, above 0.</param>
    void OnZxid(long zxid);

    /// <summary>A watch fired.</summary>
    /// <param name="happened">The event, with the server's path.</param>
    void OnEvent(WatchedEvent happened);
}
