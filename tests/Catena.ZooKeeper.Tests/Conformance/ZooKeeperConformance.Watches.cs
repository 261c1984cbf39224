using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

public abstract partial class ZooKeeperConformance<TProvider>
{
    [Fact]
    public async Task A_data_watch_hears_of_one_change()
    {
        await Client.CreateAsync(Path("a"), default);
        var told = new Heard<WatchedEvent>();
        await Client.GetDataAsync(Path("a"), told.Tell);
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        await Client.SetDataAsync(Path("a"), Bytes("2"), -1);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDataChanged, Path("a")), await told.Next());
        await Flushed();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task A_data_watch_hears_of_the_deletion_and_not_of_children()
    {
        await Client.CreateAsync(Path("a"), default);
        var told = new Heard<WatchedEvent>();
        await Client.GetDataAsync(Path("a"), told.Tell);
        await Client.CreateAsync(Path("a/b"), default);
        await Client.DeleteAsync(Path("a/b"));
        await Client.DeleteAsync(Path("a"));
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("a")), await told.Next());
    }

    [Fact]
    public async Task A_watch_on_existence_hears_of_the_creation()
    {
        var told = new Heard<WatchedEvent>();
        Assert.Null(await Client.ExistsAsync(Path("a"), told.Tell));
        await Client.CreateAsync(Path("a"), default);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeCreated, Path("a")), await told.Next());
        Assert.NotNull(await Client.ExistsAsync(Path("a"), told.Tell));
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDataChanged, Path("a")), await told.Next());
    }

    [Fact]
    public async Task A_read_that_fails_sets_no_watch()
    {
        var told = new Heard<WatchedEvent>();
        await CodeOf(() => Client.GetDataAsync(Path("a"), told.Tell));
        await CodeOf(() => Client.GetChildrenAsync(Path("a"), told.Tell));
        await Client.CreateAsync(Path("a"), default);
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        await Flushed();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task A_child_watch_hears_of_a_child_or_of_the_deletion()
    {
        await Client.CreateAsync(Path("a"), default);
        var told = new Heard<WatchedEvent>();
        await Client.GetChildrenAsync(Path("a"), told.Tell);
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        await Client.CreateAsync(Path("a/b"), default);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeChildrenChanged, Path("a")), await told.Next());
        await Client.GetChildrenAsync(Path("a"), told.Tell);
        await Client.DeleteAsync(Path("a/b"));
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeChildrenChanged, Path("a")), await told.Next());
        await Client.GetChildrenAsync(Path("a"), told.Tell);
        await Client.DeleteAsync(Path("a"));
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("a")), await told.Next());
        await Flushed();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task Data_and_child_watches_of_one_client_hear_of_a_deletion_once_each()
    {
        await Client.CreateAsync(Path("a"), default);
        var data = new Heard<WatchedEvent>();
        var child = new Heard<WatchedEvent>();
        await Client.GetDataAsync(Path("a"), data.Tell);
        await Client.GetChildrenAsync(Path("a"), child.Tell);
        await Client.DeleteAsync(Path("a"));
        Assert.Equal(WatchedEventType.NodeDeleted, (await data.Next()).Type);
        Assert.Equal(WatchedEventType.NodeDeleted, (await child.Next()).Type);
        await Flushed();
        Assert.True(data.IsEmpty && child.IsEmpty);
    }

    [Fact]
    public async Task A_persistent_watch_hears_of_everything_about_one_znode()
    {
        var told = new Heard<WatchedEvent>();
        await Client.AddWatchAsync(Path("a"), AddWatchMode.Persistent, told.Tell);
        await Client.CreateAsync(Path("a"), default);
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        await Client.CreateAsync(Path("a/b"), default);
        await Client.SetDataAsync(Path("a/b"), Bytes("1"), -1);
        await Client.DeleteAsync(Path("a/b"));
        await Client.DeleteAsync(Path("a"));
        foreach (var type in new[]
        {
            WatchedEventType.NodeCreated, WatchedEventType.NodeDataChanged, WatchedEventType.NodeChildrenChanged,
            WatchedEventType.NodeChildrenChanged, WatchedEventType.NodeDeleted,
        })
        {
            Assert.Equal(new WatchedEvent(type, Path("a")), await told.Next());
        }

        await Flushed();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task A_recursive_watch_hears_of_every_znode_under_it()
    {
        var told = new Heard<WatchedEvent>();
        await Client.AddWatchAsync(Path("a"), AddWatchMode.PersistentRecursive, told.Tell);
        await Client.CreateAsync(Path("a"), default);
        await Client.CreateAsync(Path("ab"), default);
        await Client.CreateAsync(Path("a/b"), default);
        await Client.MultiAsync([new CreateOp(Path("a/b/c"), default), new SetDataOp(Path("a/b"), Bytes("1"), -1)]);
        await Client.DeleteAsync(Path("a/b/c"));
        foreach (var expected in new WatchedEvent[]
        {
            new(WatchedEventType.NodeCreated, Path("a")), new(WatchedEventType.NodeCreated, Path("a/b")),
            new(WatchedEventType.NodeCreated, Path("a/b/c")), new(WatchedEventType.NodeDataChanged, Path("a/b")),
            new(WatchedEventType.NodeDeleted, Path("a/b/c")),
        })
        {
            Assert.Equal(expected, await told.Next());
        }

        await Flushed();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task Removed_watches_hear_nothing()
    {
        await Client.CreateAsync(Path("a"), default);
        var told = new Heard<WatchedEvent>();
        Assert.Equal(ErrorCode.NoWatcher, await CodeOf(() => Client.RemoveWatchesAsync(Path("a"))));
        await Client.GetDataAsync(Path("a"), told.Tell);
        await Client.GetChildrenAsync(Path("a"), told.Tell);
        Assert.Equal(ErrorCode.NoWatcher, await CodeOf(() => Client.RemoveWatchesAsync(Path("b"), WatcherType.Data)));
        await Client.RemoveWatchesAsync(Path("a"), WatcherType.Data);
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        await Client.RemoveWatchesAsync(Path("a"), WatcherType.Children);
        await Client.CreateAsync(Path("a/b"), default);
        await Client.AddWatchAsync(Path("a"), AddWatchMode.PersistentRecursive, told.Tell);
        await Client.RemoveWatchesAsync(Path("a"));
        await Client.CreateAsync(Path("a/c"), default);
        await Flushed();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task A_watch_hears_of_another_clients_ephemeral_znode_coming_and_going()
    {
        var other = await AnotherClient();
        var told = new Heard<WatchedEvent>();
        await Client.AddWatchAsync(_home, AddWatchMode.PersistentRecursive, told.Tell);
        await other.CreateAsync(Path("e"), default, CreateMode.Ephemeral);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeCreated, Path("e")), await told.Next());
        await other.CloseAsync();
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("e")), await told.Next());
    }

    [Fact]
    public async Task What_ordinary_watches_missed_is_told_after_a_reconnect()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 10_000);
        foreach (var name in new[] { "changed", "deleted", "parent", "untouched" })
        {
            await Client.CreateAsync(Path(name), default);
        }

        await away.SyncAsync();
        var changed = new Heard<WatchedEvent>();
        var deleted = new Heard<WatchedEvent>();
        var created = new Heard<WatchedEvent>();
        var children = new Heard<WatchedEvent>();
        var untouched = new Heard<WatchedEvent>();
        await away.GetDataAsync(Path("changed"), changed.Tell);
        await away.GetDataAsync(Path("deleted"), deleted.Tell);
        await away.ExistsAsync(Path("created"), created.Tell);
        await away.GetChildrenAsync(Path("parent"), children.Tell);
        await away.GetDataAsync(Path("untouched"), untouched.Tell);
        await away.GetChildrenAsync(Path("untouched"), untouched.Tell);
        await CutAsync(proxy, away, async () =>
        {
            await Client.SetDataAsync(Path("changed"), Bytes("1"), -1);
            await Client.DeleteAsync(Path("deleted"));
            await Client.CreateAsync(Path("created"), default);
            await Client.CreateAsync(Path("parent/child"), default);
        });
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDataChanged, Path("changed")), await changed.Next());
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("deleted")), await deleted.Next());
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeCreated, Path("created")), await created.Next());
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeChildrenChanged, Path("parent")), await children.Next());
        Assert.True(untouched.IsEmpty);
        await Client.SetDataAsync(Path("untouched"), Bytes("1"), -1);
        await Client.CreateAsync(Path("untouched/child"), default);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDataChanged, Path("untouched")), await untouched.Next());
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeChildrenChanged, Path("untouched")), await untouched.Next());
    }

    [Fact]
    public async Task Persistent_watches_survive_a_reconnect_without_word_of_the_past()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 10_000);
        await Client.CreateAsync(Path("a"), default);
        await away.SyncAsync();
        var one = new Heard<WatchedEvent>();
        var all = new Heard<WatchedEvent>();
        await away.AddWatchAsync(Path("a"), AddWatchMode.Persistent, one.Tell);
        await away.AddWatchAsync(_home, AddWatchMode.PersistentRecursive, all.Tell);
        await CutAsync(proxy, away, () => Client.SetDataAsync(Path("a"), Bytes("missed"), -1));
        await away.SyncAsync();
        await Client.DeleteAsync(Path("a"));
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("a")), await one.Next());
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("a")), await all.Next());
    }

    [Fact]
    public async Task Many_watches_are_set_again_in_several_requests()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 10_000);
        var told = new Heard<WatchedEvent>();
        var padding = new string('x', 1000);
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => away.ExistsAsync(Path($"{padding}{i}"), told.Tell)));
        await CutAsync(proxy, away, () => Client.CreateAsync(Path($"{padding}0"), default));
        Assert.Equal(Path($"{padding}0"), (await told.Next()).Path);
        await Client.CreateAsync(Path($"{padding}399"), default);
        Assert.Equal(Path($"{padding}399"), (await told.Next()).Path);
    }

    [Fact]
    public async Task A_callback_may_wait_for_replies()
    {
        await Client.CreateAsync(Path("a"), Bytes("0"));
        var seen = new Heard<byte[]>();
        await Client.GetDataAsync(Path("a"), happened => seen.Tell(Client.GetDataAsync(happened.Path).GetAwaiter().GetResult().Data));
        await Client.SetDataAsync(Path("a"), Bytes("1"), -1);
        Assert.Equal("1"u8.ToArray(), await seen.Next());
    }

    /// <summary>Waits until everything that happened so far has reached the callbacks of the main client.</summary>
    private async Task Flushed()
    {
        var marker = new Heard<WatchedEvent>();
        var path = Path("marker-" + Guid.NewGuid().ToString("N"));
        await Client.ExistsAsync(path, marker.Tell);
        await Client.CreateAsync(path, default);
        await marker.Next();
    }

    /// <summary>Waits for the loss of a connection; word of its beginning may come late and is passed over.</summary>
    private static async Task Lost(Heard<SessionState> states)
    {
        var state = await states.Next();
        Assert.Equal(SessionState.Disconnected, state == SessionState.Connected ? await states.Next() : state);
    }

    private async Task CutAsync(CuttableProxy proxy, ZooKeeperClient client, Func<Task> meanwhile)
    {
        var states = new Heard<SessionState>();
        client.StateChanged += states.Tell;
        var session = client.SessionId;
        proxy.Refuse();
        await Lost(states);
        await meanwhile();
        await FirstServerCaughtUpAsync();
        proxy.Allow();
        Assert.Equal(SessionState.Connected, await states.Next());
        Assert.Equal(session, client.SessionId);
        client.StateChanged -= states.Tell;
    }
}
