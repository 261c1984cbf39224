using Catena.Core.Data;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;

namespace Catena.Server.Tests.Chains;

/// <summary>Commands at the places of a chain: the head decides, the tail commits and reads, and members between answer as the mode lets them.</summary>
public sealed class ChainTests
{
    [Theory]
    [InlineData(ReplicationMode.Chain)]
    [InlineData(ReplicationMode.ApportionedChain)]
    public void A_write_is_acknowledged_only_after_the_tail_has_applied_it(ReplicationMode mode)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "old");
        cluster.Holds = message => message.IsFrom(2, 3) && message.Content is AppendEntries;
        cluster.Put(1, "k", "new", tag: 1);
        cluster.Pass(40);
        cluster.Get(3, "k", tag: 2);
        cluster.Work();
        Assert.Equal(("", "old"), (cluster.Result(1), cluster.Result(2)));

        // The tail answers with it as soon as it has it; the client hears of it later, when the word has come back along the chain.
        cluster.Release();
        Assert.Equal("Ok", cluster.Result(1));
        cluster.Holds = message => message.IsFrom(3, 2) && message.Content is AppendAck;
        cluster.Put(1, "k", "newer", tag: 3);
        cluster.Work();
        cluster.Get(3, "k", tag: 4);
        Assert.Equal(("", "newer"), (cluster.Result(3), cluster.Result(4)));
        cluster.Release();
        Assert.Equal("Ok", cluster.Result(3));
    }

    [Fact]
    public void In_a_plain_chain_only_the_tail_reads_and_only_the_head_decides()
    {
        using var cluster = new MemoryCluster(ReplicationMode.Chain);
        cluster.Write("k", "v");
        cluster.Get(3, "k", tag: 1);
        Assert.Equal("v", cluster.Result(1));
        cluster.Get(2, "k", tag: 2);
        cluster.Put(3, "k", "w", tag: 3);
        cluster.Put(2, "k", "w", tag: 4);
        cluster.Pass(50);
        Assert.Equal(["NotMine", "NotMine", "NotMine"], [cluster.Result(2), cluster.Result(3), cluster.Result(4)]);
        Assert.Equal((true, false, true), (cluster.Host(3).IsReader, cluster.Host(1).IsReader, cluster.Host(1).IsServing));
        Assert.Equal(0, cluster.Questions);
    }

    [Theory]
    [InlineData(ReplicationMode.Chain)]
    [InlineData(ReplicationMode.ApportionedChain)]
    public void A_refused_condition_at_the_head_is_answered_only_with_its_entry(ReplicationMode mode)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "v");
        var before = cluster.Host(1).Status.Last.Sequence;
        cluster.Holds = message => message.IsFrom(2, 3) && message.Content is AppendEntries;
        cluster.Put(1, "k", "w", tag: 1, CommandFlags.IfAbsent);
        cluster.Work();
        Assert.Equal("", cluster.Result(1));
        Assert.Equal(before + 1, cluster.Host(1).Status.Last.Sequence);
        cluster.Release();
        Assert.Equal("Nil", cluster.Result(1));
        Assert.Equal(before + 1, cluster.Host(3).Status.Last.Sequence);
    }

    [Fact]
    public void A_request_that_is_repeated_while_its_refusal_waits_is_not_decided_anew()
    {
        using var cluster = new MemoryCluster(ReplicationMode.Chain);
        var request = new RequestId(77, 1, 1, 0);
        cluster.Holds = message => message.IsFrom(2, 3) && message.Content is AppendEntries;
        cluster.Put(1, "k", "late", tag: 1, CommandFlags.IfPresent, request: request);
        cluster.Put(1, "k", "v", tag: 2);
        cluster.Put(1, "k", "late", tag: 3, CommandFlags.IfPresent, request: request);
        cluster.Work();
        cluster.Release();
        Assert.Equal(["Nil", "Ok", "NotMine"], [cluster.Result(1), cluster.Result(2), cluster.Result(3)]);
        cluster.Put(1, "k", "late", tag: 4, CommandFlags.IfPresent, request: request);
        cluster.Get(3, "k", tag: 5);
        cluster.Work();
        Assert.Equal(("Nil", "v"), (cluster.Result(4), cluster.Result(5)));
    }

    [Fact]
    public void A_head_that_has_been_deposed_unawares_answers_no_refusal()
    {
        using var cluster = new MemoryCluster(ReplicationMode.Chain);
        cluster.Write("k", "v");

        // The others go on without it, and delete what it decides on.
        cluster.Cuts = message => message.IsBetween(1, 2) || message.IsBetween(1, 3);
        cluster.Holds = message => message.To.Value == 1 && message.Content is Configuration;
        cluster.Configure(cluster.Configuration with { Epoch = cluster.Configuration.Epoch.Next, Members = cluster.Configuration.Members.RemoveAt(0) });
        cluster.Put(1, "k", "w", tag: 1, CommandFlags.IfAbsent);
        cluster.Pass(100);
        Assert.Equal("", cluster.Result(1));
        cluster.Pass(100);
        Assert.Equal("TryAgain", cluster.Result(1));
    }

    [Fact]
    public void A_middle_asks_the_tail_for_a_key_with_a_write_pending_and_for_no_other()
    {
        using var cluster = new MemoryCluster(ReplicationMode.ApportionedChain);
        cluster.Write("clean", "c");
        cluster.Write("dirty", "old");
        cluster.Get(2, "clean", tag: 1);
        cluster.Get(1, "clean", tag: 2);
        Assert.Equal(("c", "c", 0), (cluster.Result(1), cluster.Result(2), cluster.Questions));

        // Here the middle has the entry and the tail has not: the old value is right, and only the tail knows.
        cluster.Holds = message => message.IsFrom(2, 3) && message.Content is AppendEntries;
        cluster.Put(1, "dirty", "new", tag: 3);
        cluster.Work();
        cluster.Get(2, "dirty", tag: 4);
        cluster.Get(2, "clean", tag: 5);
        Assert.Equal(("", "c"), (cluster.Result(4), cluster.Result(5)));
        cluster.Work();
        Assert.Equal(("old", 1), (cluster.Result(4), cluster.Questions));

        // And here the tail has it, and may have told somebody.
        cluster.Release();
        cluster.Pass(50);
        cluster.Holds = message => message.IsFrom(3, 2) && message.Content is AppendAck;
        cluster.Put(1, "dirty", "newer", tag: 6);
        cluster.Work();
        cluster.Get(2, "dirty", tag: 7);
        cluster.Work();
        Assert.Equal(("newer", 2), (cluster.Result(7), cluster.Questions));
    }

    [Theory]
    [InlineData(ReplicationMode.Chain, 3UL)]
    [InlineData(ReplicationMode.ApportionedChain, 2UL)]
    [InlineData(ReplicationMode.ApportionedChain, 3UL)]
    public void A_key_past_its_time_is_absent_once_the_head_has_deleted_it(ReplicationMode mode, ulong reader)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "v", expiry: cluster.WallMilliseconds + 1000);
        cluster.Get(reader, "k", tag: 1);
        Assert.Equal("v", cluster.Result(1));
        cluster.WallMilliseconds += 2000;
        cluster.Get(reader, "k", tag: 2);
        Assert.Equal("AskFirst", cluster.Result(2));

        // The router brings the question there; a head that reads too does not ask itself.
        cluster.Get(1, "k", tag: 3);
        Assert.Equal("", cluster.Result(3));
        cluster.Work();
        Assert.Equal("Nil", cluster.Result(3));

        // No clock that is set back revives it.
        cluster.Pass(1000);
        cluster.WallMilliseconds -= 10_000;
        cluster.Get(reader, "k", tag: 4);
        Assert.Equal("Nil", cluster.Result(4));
    }

    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup)]
    [InlineData(ReplicationMode.Chain)]
    [InlineData(ReplicationMode.ApportionedChain)]
    public void Below_min_in_sync_what_was_inherited_is_not_read_and_the_rest_is(ReplicationMode mode)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "old");
        cluster.Write("other", "o");
        cluster.Cuts = message => message.From.Value == 1 && message.Content is AppendEntries;
        cluster.Put(1, "k", "new", tag: 1);
        cluster.Work();
        cluster.Configure(cluster.Configuration with { Epoch = cluster.Configuration.Epoch.Next, Members = cluster.Configuration.Members[..1] });
        cluster.Pass(400);
        Assert.True(cluster.Host(1).IsServing);
        cluster.Get(1, "k", tag: 2);
        cluster.Get(1, "other", tag: 3);
        Assert.Equal(("TryAgain", "o"), (cluster.Result(2), cluster.Result(3)));
        cluster.Put(1, "other", "w", tag: 4);
        Assert.Equal("NotEnoughReplicas", cluster.Result(4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hold_at_the_head_is_called_unbroken_once_an_entry_has_proved_it(bool isCut)
    {
        using var cluster = new MemoryCluster(ReplicationMode.Chain);
        cluster.Write("k", "v");
        Assert.True(cluster.Host(1).TryHold(9, 1000 * MemoryCluster.Millisecond, out var mark));
        cluster.Put(1, "k", "w", tag: 1);
        cluster.Pass(50);
        Assert.Equal(("", mark), (cluster.Result(1), cluster.Host(1).Status.Last));
        cluster.Cuts = message => isCut && message.From.Value == 1;
        var released = cluster.Host(1).ReleaseAsync(9);
        Assert.False(released.IsCompleted);
        cluster.Work();
        Assert.Equal((!isCut, isCut ? "" : "Ok"), (released.IsCompleted, cluster.Result(1)));
        cluster.Pass(PatienceAndMore);
        Assert.True(released.IsCompleted);
        Assert.Equal(!isCut, await released);
    }

    [Fact]
    public async Task Under_a_hold_the_log_of_a_chain_stands_still_for_reads_and_proofs_too()
    {
        using var cluster = new MemoryCluster(ReplicationMode.Chain);
        cluster.Write("k", "v");
        Assert.True(cluster.Host(1).TryHold(9, 1000 * MemoryCluster.Millisecond, out var mark));
        cluster.Get(1, "k", tag: 1);
        var proof = cluster.Host(1).IsSoleDeciderAsync(cluster.Host(1).Status.Epoch);
        cluster.Pass(50);
        Assert.Equal(("", mark), (cluster.Result(1), cluster.Host(1).Status.Last));
        Assert.False(await proof);

        var released = cluster.Host(1).ReleaseAsync(9);
        cluster.Work();
        Assert.True(released.IsCompleted);
        Assert.True(await released);
        Assert.Equal("v", cluster.Result(1));
    }

    private const int PatienceAndMore = MemoryCluster.PatienceMilliseconds + 50;
}
