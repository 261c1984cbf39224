using Catena.Core.Replication;
using Catena.Core.Replication.Messages;

namespace Catena.Server.Tests.Chains;

/// <summary>Reads that may be out of date: from any copy, within their bound, with their age; and refused rather than answered beyond it.</summary>
public sealed class StaleReadTests
{
    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup, 1UL)]
    [InlineData(ReplicationMode.Chain, 3UL)]
    [InlineData(ReplicationMode.ApportionedChain, 3UL)]
    public void The_reader_answers_for_now(ReplicationMode mode, ulong reader)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "v");
        cluster.Get(reader, "k", tag: 1, staleness: 0);
        cluster.Get(reader, "absent", tag: 2, staleness: 1000);
        Assert.Equal(("v 0", "Nil 0", 0), (cluster.Result(1), cluster.Result(2), cluster.Questions));
    }

    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup, 2UL)]
    [InlineData(ReplicationMode.Chain, 1UL)]
    [InlineData(ReplicationMode.Chain, 2UL)]
    [InlineData(ReplicationMode.ApportionedChain, 2UL)]
    public void Another_member_asks_once_and_then_answers_within_the_bound(ReplicationMode mode, ulong member)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "v");
        cluster.Get(member, "k", tag: 1, staleness: 100);
        Assert.Equal("", cluster.Result(1));
        cluster.Work();
        Assert.Equal(("v 0", 1), (cluster.Result(1), cluster.Questions));

        cluster.Pass(60);
        cluster.Get(member, "k", tag: 2, staleness: 100);
        Assert.Equal(("v 60", 1), (cluster.Result(2), cluster.Questions));
        cluster.Pass(60);
        cluster.Get(member, "k", tag: 3, staleness: 100);
        cluster.Work();
        Assert.Equal(("v 0", 2), (cluster.Result(3), cluster.Questions));
    }

    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup, 2UL, 1UL)]
    [InlineData(ReplicationMode.Chain, 2UL, 3UL)]
    public void A_copy_that_is_behind_says_by_how_much_and_is_not_read_beyond_the_bound(ReplicationMode mode, ulong member, ulong reader)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "old");
        cluster.Get(member, "k", tag: 1, staleness: 1000);
        cluster.Work();
        Assert.Equal("old 0", cluster.Result(1));

        // From here on the member hears nothing of the reader; nothing that the reader acknowledges may be older than the age that is told.
        cluster.Cuts = message => message.IsBetween(member, reader);
        cluster.Pass(100);
        cluster.Get(member, "k", tag: 2, staleness: 1000);
        cluster.Get(member, "k", tag: 3, staleness: 99);
        Assert.Equal(("old 100", ""), (cluster.Result(2), cluster.Result(3)));
        cluster.Pass(MemoryCluster.PatienceMilliseconds + 10);
        Assert.Equal("TryAgain", cluster.Result(3));
        Assert.Equal(0, cluster.Delivered.Count(message => message.Content is PositionAsk) - 1);
    }

    [Fact]
    public void An_answer_that_comes_later_than_the_bound_is_of_no_use()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Write("k", "v");
        cluster.Holds = message => message.Content is PositionTold;
        cluster.Get(2, "k", tag: 1, staleness: 20);
        cluster.Pass(30);
        cluster.Release();
        cluster.Get(2, "k", tag: 2, staleness: 30);
        Assert.Equal(("TryAgain", "v 30"), (cluster.Result(1), cluster.Result(2)));
    }

    [Fact]
    public void A_write_that_was_acknowledged_before_the_bound_is_in_every_answer()
    {
        using var cluster = new MemoryCluster(ReplicationMode.Chain);
        cluster.Write("k", "old");
        cluster.Get(2, "k", tag: 1, staleness: 1000);
        cluster.Work();

        // The tail commits and the middle does not hear of it: its copy goes on showing the old value, and grows older.
        cluster.Cuts = message => message.Content is AppendAck or PositionTold;
        cluster.Put(1, "k", "new", tag: 2);
        cluster.Pass(50);
        cluster.Get(3, "k", tag: 3);
        cluster.Get(2, "k", tag: 4, staleness: 50);
        Assert.Equal(("new", "old 50"), (cluster.Result(3), cluster.Result(4)));
        cluster.Cuts = _ => false;
        cluster.Get(2, "k", tag: 5, staleness: 49);
        cluster.Work();
        Assert.Equal("new 0", cluster.Result(5));
    }

    [Fact]
    public void A_key_past_its_time_is_absent_wherever_it_is_read()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Write("k", "v", expiry: cluster.WallMilliseconds + 1000);
        cluster.WallMilliseconds += 2000;
        cluster.Get(2, "k", tag: 1, staleness: 10);
        cluster.Work();
        Assert.Equal("Nil 0", cluster.Result(1));
    }
}
