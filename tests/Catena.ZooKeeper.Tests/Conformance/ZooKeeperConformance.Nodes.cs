using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tests.Conformance;

public abstract partial class ZooKeeperConformance<TProvider>
{
    [Fact]
    public async Task A_created_znode_can_be_read_back()
    {
        var (path, created) = await Client.CreateAsync(Path("a"), Bytes("data"));
        var (data, read) = await Client.GetDataAsync(Path("a"));
        Assert.Equal(Path("a"), path);
        Assert.Equal("data"u8.ToArray(), data);
        Assert.Equal(created, read);
        Assert.Equal(read, await Client.ExistsAsync(path));
        Assert.Equal(created.Czxid, created.Mzxid);
        Assert.Equal(created.Czxid, created.Pzxid);
        Assert.Equal(created.Ctime, created.Mtime);
        Assert.Equal((0, 0, 0, 0L, 4, 0), (read.Version, read.Cversion, read.Aversion, read.EphemeralOwner, read.DataLength, read.NumChildren));
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(read.Ctime), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    [Fact]
    public async Task What_does_not_exist_is_answered_so()
    {
        Assert.Null(await Client.ExistsAsync(Path("none")));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.GetDataAsync(Path("none"))));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.GetChildrenAsync(Path("none"))));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.SetDataAsync(Path("none"), default, -1)));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.DeleteAsync(Path("none"))));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.CreateAsync(Path("none/child"), default)));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.GetAclAsync(Path("none"))));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.CheckAsync(Path("none"))));
    }

    [Fact]
    public async Task A_second_create_of_a_path_is_refused()
    {
        await Client.CreateAsync(Path("a"), Bytes("first"));
        Assert.Equal(ErrorCode.NodeExists, await CodeOf(() => Client.CreateAsync(Path("a"), Bytes("second"))));
        Assert.Equal(ErrorCode.NodeExists, await CodeOf(() => Client.CreateAsync("/", default)));
        Assert.Equal("first"u8.ToArray(), (await Client.GetDataAsync(Path("a"))).Data);
    }

    [Fact]
    public async Task Data_may_be_empty_and_may_be_nearly_as_large_as_a_frame()
    {
        await Client.CreateAsync(Path("empty"), default);
        Assert.Empty((await Client.GetDataAsync(Path("empty"))).Data);
        var large = new byte[1_000_000];
        new Random(1).NextBytes(large);
        await Client.CreateAsync(Path("large"), large);
        Assert.Equal(large, (await Client.GetDataAsync(Path("large"))).Data);
    }

    [Fact]
    public async Task Data_changes_only_on_the_version_that_was_named()
    {
        var created = (await Client.CreateAsync(Path("a"), Bytes("0"))).Stat;
        var first = await Client.SetDataAsync(Path("a"), Bytes("one"), 0);
        Assert.Equal((1, 3), (first.Version, first.DataLength));
        Assert.True(first.Mzxid > created.Mzxid);
        Assert.Equal(created.Czxid, first.Czxid);
        Assert.Equal(ErrorCode.BadVersion, await CodeOf(() => Client.SetDataAsync(Path("a"), Bytes("x"), 0)));
        Assert.Equal(2, (await Client.SetDataAsync(Path("a"), Bytes("two"), -1)).Version);
        Assert.Equal(ErrorCode.BadVersion, await CodeOf(() => Client.DeleteAsync(Path("a"), 1)));
        await Client.DeleteAsync(Path("a"), 2);
        Assert.Equal(0, (await Client.CreateAsync(Path("a"), default)).Stat.Version);
    }

    [Fact]
    public async Task A_znode_with_children_cannot_be_deleted_nor_can_the_root()
    {
        await Client.CreateAsync(Path("a"), default);
        await Client.CreateAsync(Path("a/b"), default);
        Assert.Equal(ErrorCode.NotEmpty, await CodeOf(() => Client.DeleteAsync(Path("a"))));
        Assert.Equal(ErrorCode.BadArguments, await CodeOf(() => Client.DeleteAsync("/")));
        Assert.Equal(ErrorCode.BadArguments, await CodeOf(() => Client.DeleteAsync("/zookeeper/quota")));
        await Client.DeleteAsync(Path("a/b"));
        await Client.DeleteAsync(Path("a"));
        Assert.Null(await Client.ExistsAsync(Path("a")));
    }

    [Fact]
    public async Task Children_are_listed_and_their_coming_and_going_is_counted()
    {
        await Client.CreateAsync(Path("a"), default);
        await Client.CreateAsync(Path("a/x"), default);
        var second = (await Client.CreateAsync(Path("a/y"), default)).Stat;
        var (names, stat) = await Client.GetChildrenAsync(Path("a"));
        Assert.Equal(["x", "y"], names.Order());
        Assert.Equal((2, 2, second.Czxid), (stat.NumChildren, stat.Cversion, stat.Pzxid));
        await Client.DeleteAsync(Path("a/x"));
        (names, stat) = await Client.GetChildrenAsync(Path("a"));
        Assert.Equal(["y"], names);
        Assert.Equal((1, 3), (stat.NumChildren, stat.Cversion));
        Assert.True(stat.Pzxid > second.Czxid);
        Assert.Equal(0, stat.Version);
    }

    [Fact]
    public async Task Sequence_numbers_have_ten_digits_and_count_all_children_ever_created()
    {
        await Client.CreateAsync(Path("q"), default);
        Assert.Equal(Path("q/n-0000000000"), (await Client.CreateAsync(Path("q/n-"), default, CreateMode.PersistentSequential)).Path);
        Assert.Equal(Path("q/m-0000000001"), (await Client.CreateAsync(Path("q/m-"), default, CreateMode.EphemeralSequential)).Path);
        await Client.CreateAsync(Path("q/plain"), default);
        await Client.DeleteAsync(Path("q/plain"));
        await Client.DeleteAsync(Path("q/n-0000000000"));
        Assert.Equal(Path("q/n-0000000003"), (await Client.CreateAsync(Path("q/n-"), default, CreateMode.PersistentSequential)).Path);
        Assert.Equal(Path("q/0000000004"), (await Client.CreateAsync(Path("q/"), default, CreateMode.PersistentSequential)).Path);
    }

    [Fact]
    public async Task An_ephemeral_znode_names_its_session_and_has_no_children()
    {
        var stat = (await Client.CreateAsync(Path("e"), default, CreateMode.Ephemeral)).Stat;
        Assert.Equal(Client.SessionId, stat.EphemeralOwner);
        Assert.Equal(ErrorCode.NoChildrenForEphemerals, await CodeOf(() => Client.CreateAsync(Path("e/child"), default)));
    }

    [Fact]
    public async Task A_container_goes_once_its_last_child_is_gone()
    {
        await Client.CreateAsync(Path("box"), default, CreateMode.Container);
        Assert.Equal(0, (await Client.ExistsAsync(Path("box")))?.EphemeralOwner);
        var gone = new Support.Heard<WatchedEvent>();
        await Client.ExistsAsync(Path("box"), gone.Tell);
        await Client.CreateAsync(Path("box/child"), default);
        await Client.DeleteAsync(Path("box/child"));
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeDeleted, Path("box")), await gone.Next());
    }

    [Fact]
    public async Task Times_to_live_are_refused_unless_switched_on() => Assert.Equal(
        ErrorCode.Unimplemented,
        await CodeOf(() => Client.CreateAsync(new CreateOp(Path("t"), default, CreateMode.PersistentWithTtl) { TimeToLiveMilliseconds = 1000 })));

    [Fact]
    public async Task Everyone_may_do_everything_with_a_plain_znode()
    {
        await Client.CreateAsync(Path("a"), default);
        var (acl, stat) = await Client.GetAclAsync(Path("a"));
        Assert.Equal(Acl.Open, acl);
        Assert.Equal(0, stat.Aversion);
        Assert.Equal(1, (await Client.SetAclAsync(Path("a"), Acl.Open, 0)).Aversion);
        Assert.Equal(ErrorCode.BadVersion, await CodeOf(() => Client.SetAclAsync(Path("a"), Acl.Open, 0)));
        Assert.Equal(ErrorCode.InvalidAcl, await CodeOf(() => Client.SetAclAsync(Path("a"), [])));
        Assert.Equal(ErrorCode.InvalidAcl, await CodeOf(() => Client.CreateAsync(new CreateOp(Path("b"), default) { Acl = [] })));
    }

    [Fact]
    public async Task A_multi_does_everything_in_order()
    {
        await Client.CreateAsync(Path("old"), Bytes("x"));
        var results = await Client.MultiAsync(
        [
            new CreateOp(Path("a"), Bytes("1")),
            new CreateOp(Path("a/seq-"), default, CreateMode.PersistentSequential),
            new CreateOp(Path("a/e"), default, CreateMode.Ephemeral),
            new CheckOp(Path("old"), 0),
            new SetDataOp(Path("old"), Bytes("yz"), 0),
            new DeleteOp(Path("old"), 1),
        ]);
        Assert.Equal([Path("a"), Path("a/seq-0000000000"), Path("a/e"), null, null, null], results.Select(result => result.Path));
        Assert.All(results, result => Assert.Equal(ErrorCode.Ok, result.Error));
        Assert.Equal((1, 2), (results[4].Stat?.Version, results[4].Stat?.DataLength));
        Assert.Equal(results[0].Stat?.Czxid, results[1].Stat?.Czxid);
        Assert.Null(await Client.ExistsAsync(Path("old")));
        Assert.Equal(2, (await Client.GetChildrenAsync(Path("a"))).Names.Count);
        Assert.Empty(await Client.MultiAsync([]));
    }

    [Fact]
    public async Task A_multi_that_fails_does_nothing_and_says_which_part_failed()
    {
        await Client.CreateAsync(Path("a"), Bytes("x"));
        var before = await Client.GetDataAsync(Path("a"));
        var failure = await Assert.ThrowsAsync<ZooKeeperMultiException>(() => Client.MultiAsync(
        [
            new SetDataOp(Path("a"), Bytes("y"), 0),
            new CreateOp(Path("a/b"), default),
            new CheckOp(Path("a"), 0),
            new DeleteOp(Path("a/b"), -1),
        ]));
        Assert.Equal(2, failure.FailedIndex);
        Assert.Equal(ErrorCode.BadVersion, failure.Code);
        Assert.False(failure.OutcomeUnknown);
        Assert.Equal(
            [ErrorCode.Ok, ErrorCode.Ok, ErrorCode.BadVersion, ErrorCode.RuntimeInconsistency], failure.Results.Select(result => result.Error));
        Assert.Equal(before.Stat, (await Client.GetDataAsync(Path("a"))).Stat);
        Assert.Equal("x"u8.ToArray(), (await Client.GetDataAsync(Path("a"))).Data);
    }

    [Fact]
    public async Task Several_reads_in_one_request_succeed_and_fail_each_on_its_own()
    {
        await Client.CreateAsync(Path("a"), Bytes("x"));
        await Client.CreateAsync(Path("a/b"), default);
        var results = await Client.MultiReadAsync(
            [new GetDataOp(Path("a")), new GetDataOp(Path("none")), new GetChildrenOp(Path("a")), new GetChildrenOp(Path("a/b"))]);
        Assert.Equal([ErrorCode.Ok, ErrorCode.NoNode, ErrorCode.Ok, ErrorCode.Ok], results.Select(result => result.Error));
        Assert.Equal("x"u8.ToArray(), results[0].Data.ToArray());
        Assert.Equal(await Client.ExistsAsync(Path("a")), results[0].Stat);
        Assert.Equal(["b"], results[2].Names);
        Assert.Empty(results[3].Names);
        Assert.Empty(await Client.MultiReadAsync([]));
    }

    [Fact]
    public async Task A_session_s_ephemeral_znodes_are_listed_by_prefix()
    {
        var other = await AnotherClient();
        await other.CreateAsync(Path("other"), default, CreateMode.Ephemeral);
        await Client.CreateAsync(Path("e"), default, CreateMode.Ephemeral);
        await Client.CreateAsync(Path("e2"), default, CreateMode.Ephemeral);
        await Client.CreateAsync(Path("plain"), default);
        Assert.Equal([Path("e"), Path("e2")], (await Client.GetEphemeralsAsync()).Order());
        Assert.Equal([Path("e"), Path("e2")], (await Client.GetEphemeralsAsync(Path("e"))).Order());
        Assert.Equal([Path("e2")], await Client.GetEphemeralsAsync(Path("e2")));
        Assert.Empty(await Client.GetEphemeralsAsync(Path("plain")));
    }

    [Fact]
    public async Task Znodes_are_counted_on_all_levels()
    {
        Assert.Equal(0, await Client.GetAllChildrenNumberAsync(_home));
        await Client.CreateAsync(Path("a"), default);
        await Client.CreateAsync(Path("ab"), default);
        await Client.CreateAsync(Path("a/b"), default);
        await Client.CreateAsync(Path("a/b/c"), default);
        Assert.Equal(2, await Client.GetAllChildrenNumberAsync(Path("a")));
        Assert.Equal(4, await Client.GetAllChildrenNumberAsync(_home));
        Assert.InRange(await Client.GetAllChildrenNumberAsync("/"), 8, int.MaxValue);
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.GetAllChildrenNumberAsync(Path("none"))));
    }

    [Fact]
    public async Task A_check_passes_on_the_right_version_only()
    {
        await Client.CreateAsync(Path("a"), default);
        await Client.CheckAsync(Path("a"), 0);
        await Client.CheckAsync(Path("a"));
        Assert.Equal(ErrorCode.BadVersion, await CodeOf(() => Client.CheckAsync(Path("a"), 1)));
    }

    [Fact]
    public async Task Sync_is_answered() => await Client.SyncAsync(_home);

    [Fact]
    public async Task A_chroot_is_invisible_to_its_client()
    {
        var inside = await ConnectAsync(provider.ConnectString + _home);
        Assert.Equal("/a", (await inside.CreateAsync("/a", default)).Path);
        await Client.SyncAsync();
        Assert.NotNull(await Client.ExistsAsync(Path("a")));
        var told = new Support.Heard<WatchedEvent>();
        await inside.AddWatchAsync("/", AddWatchMode.Persistent, told.Tell);
        var results = await inside.MultiAsync([new CreateOp("/b-", default, CreateMode.PersistentSequential)]);
        Assert.Equal("/b-0000000001", results[0].Path);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeChildrenChanged, "/"), await told.Next());
        Assert.Equal(["a", "b-0000000001"], (await inside.GetChildrenAsync("/")).Names.Order());
    }

    [Fact]
    public async Task A_chroot_that_is_missing_is_created_by_clients_that_want_it()
    {
        var options = new ZooKeeperClientOptions { ConnectString = provider.ConnectString + Path("new/root") };
        await using (var without = await ZooKeeperClient.ConnectAsync(options))
        {
            Assert.Equal(ErrorCode.NoNode, await CodeOf(() => without.CreateAsync("/a", default)));
        }

        await using var first = await ZooKeeperClient.ConnectAsync(options with { CreatesChroot = true });
        await using var second = await ZooKeeperClient.ConnectAsync(options with { CreatesChroot = true });
        await first.CreateAsync("/a", default);
        await Client.SyncAsync();
        Assert.NotNull(await Client.ExistsAsync(Path("new/root/a")));
    }

    [Fact]
    public async Task Zxids_rise_with_every_write()
    {
        var zxids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            zxids.Add((await Client.CreateAsync(Path($"z{i}"), default)).Stat.Czxid);
        }

        Assert.Equal(zxids.Order().Distinct(), zxids);
        Assert.True(Client.LastZxid >= zxids[^1]);
    }

    [Fact]
    public async Task Requests_under_way_at_once_are_all_answered()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Client.CreateAsync(Path($"n{i}"), Bytes($"{i}"))));
        Assert.Equal(200, created.Select(result => result.Stat.Czxid).Distinct().Count());
        var read = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Client.GetDataAsync(Path($"n{i}"))));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), read.Select(result => System.Text.Encoding.UTF8.GetString(result.Data)));
    }
}
