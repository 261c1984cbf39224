using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Tests.Tree;

public sealed class WatchTableTests
{
    [Fact]
    public void A_watcher_hears_of_a_change_once_however_many_of_its_watches_fit()
    {
        var table = new WatchTable();
        table.Add(1, "/a", WatchKind.Data);
        table.Add(1, "/a", WatchKind.Child);
        table.Add(1, "/a", WatchKind.Persistent);
        table.Add(1, "/", WatchKind.PersistentRecursive);
        var deleted = new WatchedEvent(WatchedEventType.NodeDeleted, "/a");
        Assert.Equal([new WatchNotification(1, deleted)], Trigger(table, deleted));
        Assert.Equal(4, table.Count);
    }

    [Fact]
    public void Watchers_hear_in_ascending_order()
    {
        var table = new WatchTable();
        foreach (var watcher in new[] { 3, 1, 2 })
        {
            table.Add(watcher, "/a", WatchKind.Data);
        }

        Assert.Equal([1, 2, 3], Trigger(table, new WatchedEvent(WatchedEventType.NodeCreated, "/a")).Select(told => told.Watcher));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_recursive_watch_reaches_under_its_path_and_not_beside_it()
    {
        var table = new WatchTable();
        table.Add(1, "/a", WatchKind.PersistentRecursive);
        Assert.Single(Trigger(table, new WatchedEvent(WatchedEventType.NodeCreated, "/a/b/c")));
        Assert.Empty(Trigger(table, new WatchedEvent(WatchedEventType.NodeCreated, "/ab")));
        Assert.Empty(Trigger(table, new WatchedEvent(WatchedEventType.NodeDataChanged, "/")));
    }

    [Fact]
    public void A_watcher_that_goes_leaves_nothing_behind()
    {
        var table = new WatchTable();
        foreach (var kind in Enum.GetValues<WatchKind>())
        {
            table.Add(1, "/a", kind);
            table.Add(2, "/a", kind);
        }

        table.RemoveAll(1);
        table.RemoveAll(1);
        Assert.Equal(6, table.Count);
        Assert.False(table.Remove(1, "/a", WatcherType.Any));
        Assert.True(table.Contains(2, "/a", WatcherType.Data));
        table.RemoveAll(2);
        Assert.Equal(0, table.Count);
    }

    private static List<WatchNotification> Trigger(WatchTable table, WatchedEvent change)
    {
        var told = new List<WatchNotification>();
        table.Trigger(change, told);
        return told;
    }
}
