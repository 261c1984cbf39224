using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;
using Catena.ZooKeeper.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.ZooKeeper.Tests.Tree;

public sealed class ZnodeTreeTests
{
    [Fact]
    public void A_transaction_that_fails_changes_nothing_and_tells_nobody() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
    {
        var transactions = new RandomTransactions(seed);
        var tree = new ZnodeTree();
        tree.Watches.Add(9, "/", WatchKind.PersistentRecursive);
        for (var i = 0; i < 60; i++)
        {
            var before = TreePrinter.Print(tree);
            var told = new List<WatchNotification>();
            var zxid = tree.LastZxid;
            var result = tree.Apply(transactions.Next(), i, told);
            if (result.Error != ErrorCode.Ok)
            {
                Assert.Equal(before, TreePrinter.Print(tree));
                Assert.Empty(told);
            }
            else
            {
                Assert.Equal(zxid + 1, tree.LastZxid);
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_transactions_give_the_same_tree_results_and_events() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
    {
        var (first, second) = (Run(seed), Run(seed));
        Assert.Equal(first, second);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_multi_does_what_its_updates_do_one_by_one() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
    {
        var random = new RandomTransactions(seed);
        var tree = new ZnodeTree();
        tree.Apply(new OpenSession(1, 1000, default), 0, []);
        for (var i = 0; i < 30; i++)
        {
            var ops = Enumerable.Range(0, 4).Select(_ => random.NextOp()).ToArray();
            var single = tree.Clone();
            var errors = ops.Select(op => single.Apply(new Update(1, [op]), 1, []).Error).TakeWhile(error => error == ErrorCode.Ok).Count();
            var result = tree.Apply(new Update(1, ops), 1, []);
            Assert.Equal(errors == ops.Length, result.Error == ErrorCode.Ok);
            if (result.Error == ErrorCode.Ok)
            {
                Assert.Equal(WithoutZxids(single), WithoutZxids(tree));
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        var tree = new ZnodeTree();
        tree.Apply(new OpenSession(1, 1000, default), 0, []);
        tree.Apply(new Update(1, [new CreateOp("/a", default, CreateMode.Ephemeral)]), 0, []);
        var clone = tree.Clone();
        Assert.Equal(TreePrinter.Print(tree), TreePrinter.Print(clone));
        clone.Apply(new CloseSession(1), 0, []);
        Assert.Equal(ErrorCode.Ok, tree.Exists("/a", out _));
        Assert.Equal(ErrorCode.NoNode, clone.Exists("/a", out _));
        Assert.Equal(["/a"], tree.EphemeralsOf(1));
    }

    [Fact]
    public void Without_a_session_nothing_is_written()
    {
        var tree = new ZnodeTree();
        Assert.Equal(ErrorCode.SessionExpired, tree.Apply(new Update(7, [new CreateOp("/a", default)]), 0, []).Error);
        Assert.Equal(ErrorCode.SessionExpired, tree.Apply(new CloseSession(7), 0, []).Error);
        tree.Apply(new OpenSession(7, 1000, default), 0, []);
        Assert.Equal(ErrorCode.BadArguments, tree.Apply(new OpenSession(7, 1000, default), 0, []).Error);
        Assert.Equal(ErrorCode.Ok, tree.Apply(new Update(7, [new CreateOp("/a", default)]), 0, []).Error);
    }

    [Fact]
    public void Closing_a_session_deletes_its_znodes_in_order_and_tells_of_each()
    {
        var tree = new ZnodeTree();
        tree.Apply(new OpenSession(1, 1000, default), 0, []);
        tree.Apply(new Update(1, [new CreateOp("/b", default, CreateMode.Ephemeral), new CreateOp("/a", default, CreateMode.Ephemeral)]), 0, []);
        tree.Watches.Add(5, "/", WatchKind.PersistentRecursive);
        tree.Watches.Add(4, "/", WatchKind.Child);
        var told = new List<WatchNotification>();
        tree.Apply(new CloseSession(1), 0, told);
        Assert.Equal(
            [
                new WatchNotification(5, new WatchedEvent(WatchedEventType.NodeDeleted, "/a")),
                new WatchNotification(4, new WatchedEvent(WatchedEventType.NodeChildrenChanged, "/")),
                new WatchNotification(5, new WatchedEvent(WatchedEventType.NodeDeleted, "/b")),
            ],
            told);
    }

    [Fact]
    public void Sequence_numbers_overflow_as_Apaches_do()
    {
        var store = new ZnodeStore();
        store.Put("/", new Znode { Creates = int.MaxValue });
        var tree = new ZnodeTree(store, 0);
        var results = tree.Apply(new Update(0, [Sequential(), Sequential()]), 0, []).Results;
        Assert.Equal(["/n2147483647", "/n-2147483648"], results.Select(result => result.Path));

        static CreateOp Sequential() => new("/n", default, CreateMode.PersistentSequential);
    }

    private static string Run(ulong seed)
    {
        var transactions = new RandomTransactions(seed);
        var tree = new ZnodeTree();
        var log = new System.Text.StringBuilder();
        for (var i = 0; i < 60; i++)
        {
            var told = new List<WatchNotification>();
            tree.Exists(transactions.NextPath(), out _, 1 + (i % 3));
            tree.GetChildren(transactions.NextPath(), out _, out _, 1 + (i % 3));
            var result = tree.Apply(transactions.Next(), i, told);
            log.Append(result.Error).AppendJoin(',', result.Results).AppendJoin(',', told).AppendLine();
        }

        return log + TreePrinter.Print(tree);
    }

    private static string WithoutZxids(ZnodeTree tree) => System.Text.RegularExpressions.Regex.Replace(TreePrinter.Print(tree), "(zxid =?|xid = )[0-9]+", "");
}
