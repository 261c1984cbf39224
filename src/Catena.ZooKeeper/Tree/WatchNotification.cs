using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>An event and the watcher that is to hear of it.</summary>
/// <param name="Watcher">The watcher, as it was named when the watch was set.</param>
/// <param name="Event">What happened.</param>
public readonly record struct WatchNotification(long Watcher, WatchedEvent Event);
