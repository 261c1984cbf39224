using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Transactions;
using Catena.Server.Tests.Chains;

namespace Catena.Server.Tests.Transactions;

/// <summary>Keys that a transaction holds in a partition: who waits for them, in which order, how long, and wherever he asks.</summary>
public sealed class PartitionLockTests
{
    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup, 1)]
    [InlineData(ReplicationMode.Chain, 3)]
    [InlineData(ReplicationMode.ApportionedChain, 2)]
    public void A_read_of_a_prepared_key_waits_for_the_decision_wherever_it_is_answered(ReplicationMode mode, ulong reader)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "old");
        Assert.Equal("Prepared", Ask(cluster, 1, Prepare(Id(5), ("k", "new"))));
        cluster.Get(reader, "k", tag: 10);
        cluster.Get(reader, "other", tag: 11);
        cluster.Pass(60);
        Assert.Equal(("", "Nil"), (cluster.Result(10), cluster.Result(11)));
        Assert.Equal("Ok", Ask(cluster, 2, Finish(Id(5), TransactionVerdict.Committed)));
        cluster.Pass(20);
        Assert.Equal("new", cluster.Result(10));
    }

    [Fact]
    public void Who_waits_too_long_for_a_key_is_told_that_nothing_happened()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Prepare(Id(5), ("k", "new")));
        cluster.Get(1, "k", tag: 10);
        cluster.Put(1, "k", "mine", tag: 11);
        cluster.Pass(MemoryCluster.PatienceMilliseconds + 20);
        Assert.Equal(("TryAgain", "TryAgain"), (cluster.Result(10), cluster.Result(11)));
        Ask(cluster, 2, Finish(Id(5), TransactionVerdict.Aborted));
        cluster.Get(1, "k", tag: 12);
        cluster.Pass(20);
        Assert.Equal("Nil", cluster.Result(12));
    }

    [Fact]
    public void A_new_first_member_knows_the_locks_and_what_is_prepared_under_them()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Prepare(Id(5), ("k", "new")));
        cluster.Configure(cluster.Configuration with { Epoch = cluster.Configuration.Epoch.Next, Members = [new NodeId(2), new NodeId(3)] });
        cluster.Pass(1_000);
        Assert.True(cluster.Host(2).IsServing);
        cluster.Get(2, "k", tag: 10);
        cluster.Pass(50);
        Assert.Equal("", cluster.Result(10));
        Assert.Equal(Id(5), Assert.Single(cluster.Host(2).Prepared).Id);
        cluster.Execute(2, 11, RequestId.None, Finish(Id(5), TransactionVerdict.Committed));
        cluster.Pass(50);
        Assert.Equal("new", cluster.Result(10));
    }

    [Fact]
    public void An_older_transaction_has_a_younger_one_in_its_way_aborted_and_a_younger_waits()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Prepare(Id(5), ("k", "five")));
        cluster.Execute(1, 20, RequestId.None, Prepare(Id(7), ("k", "seven")));
        cluster.Pass(10);
        Assert.Empty(cluster.Doubts);
        cluster.Execute(1, 21, RequestId.None, Prepare(Id(3), ("k", "three")));
        Assert.Equal(Id(5), Assert.Single(cluster.Doubts));
        Ask(cluster, 2, Finish(Id(5), TransactionVerdict.Aborted));
        cluster.Pass(20);

        // The oldest of those who wait comes first, and the others wait for it.
        Assert.Equal("Prepared", Verdict(cluster.Results[21]));
        Assert.DoesNotContain(20, cluster.Results.Keys);
        Ask(cluster, 3, Finish(Id(3), TransactionVerdict.Committed));
        cluster.Pass(20);
        Assert.Equal("Prepared", Verdict(cluster.Results[20]));
    }

    [Fact]
    public void A_younger_transaction_does_not_overtake_an_older_one_that_waits_for_the_key()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, PrepareRead(Id(2), "k"));
        cluster.Execute(1, 20, RequestId.None, Prepare(Id(5), ("k", "five")));
        cluster.Execute(1, 21, RequestId.None, PrepareRead(Id(7), "k"));
        cluster.Pass(20);
        Assert.DoesNotContain(21, cluster.Results.Keys);
        Ask(cluster, 2, Finish(Id(2), TransactionVerdict.Committed));
        cluster.Pass(20);
        Assert.Equal("Prepared", Verdict(cluster.Results[20]));
        Assert.DoesNotContain(21, cluster.Results.Keys);
    }

    [Fact]
    public void Locks_of_readers_are_shared_and_keep_writers_out()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Write("k", "v");
        var version = cluster.Host(1).Status.Last;
        Assert.Equal("Prepared", Ask(cluster, 1, PrepareRead(Id(2), "k", version)));
        Assert.Equal("Prepared", Ask(cluster, 2, PrepareRead(Id(3), "k", version)));
        cluster.Get(1, "k", tag: 10);
        cluster.Put(1, "k", "w", tag: 11);
        cluster.Pass(20);
        Assert.Equal(("v", ""), (cluster.Result(10), cluster.Result(11)));
        Ask(cluster, 3, Finish(Id(2), TransactionVerdict.Committed));
        cluster.Pass(10);
        Assert.Equal("", cluster.Result(11));
        Ask(cluster, 4, Finish(Id(3), TransactionVerdict.Aborted));
        cluster.Pass(20);
        Assert.Equal("Ok", cluster.Result(11));
    }

    [Fact]
    public void A_key_that_a_transaction_has_read_does_not_expire_before_the_transaction_ends()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Write("k", "v", expiry: cluster.WallMilliseconds + 100);
        Assert.Equal("Prepared", Ask(cluster, 1, PrepareRead(Id(2), "k", cluster.Host(1).Status.Last)));
        cluster.Pass(100);
        cluster.Get(1, "k", tag: 10);
        cluster.Pass(100);
        Assert.Equal("", cluster.Result(10));
        Assert.Equal(1, cluster.Host(1).Keys);
        Ask(cluster, 2, Finish(Id(2), TransactionVerdict.Committed));
        cluster.Pass(20);
        Assert.Equal("Nil", cluster.Result(10));
        Assert.Equal(0, cluster.Host(1).Keys);
    }

    [Fact]
    public void Whoever_waits_for_the_sake_of_a_transaction_that_has_ended_is_sent_away()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Prepare(Id(2), ("k", "two")));
        cluster.Execute(1, 20, RequestId.None, Prepare(Id(7), ("k", "seven")));
        Assert.Equal("Ok", Ask(cluster, 2, Finish(Id(7), TransactionVerdict.Aborted)));
        Assert.Equal("Aborted", cluster.Result(20));
    }

    [Fact]
    public void What_stays_prepared_is_asked_for_and_what_is_decided_is_brought_to_whom_it_concerns()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Prepare(Id(2), ("k", "two")));
        Ask(cluster, 2, Decide(Id(3), TransactionVerdict.Committed));
        Ask(cluster, 3, Decide(Id(4), TransactionVerdict.Aborted));
        cluster.Pass(60);
        Assert.Empty(cluster.Doubts);
        Assert.Empty(cluster.Undelivered);

        // Nobody knows the node that coordinates them.
        cluster.Pass(400);
        Assert.Equal(Id(2), cluster.Doubts[0]);
        Assert.Equal([(Id(3), false), (Id(4), false)], cluster.Undelivered);
        cluster.Pass(2_000);
        Assert.InRange(cluster.Doubts.Count, 2, 4);
    }

    private static TransactionId Id(ulong start) => new(start, new NodeId(9), 1, start);

    private static string Ask(MemoryCluster cluster, long tag, in Command command)
    {
        cluster.Execute(1, tag, RequestId.None, command);
        cluster.Pass(20);
        return cluster.Results.TryGetValue(tag, out var result) ? Verdict(result) : "";
    }

    private static string Verdict(byte[] result)
    {
        var reader = new ResultReader(result);
        return reader.Kind == ResultKind.Integer ? $"{(TransactionVerdict)reader.Integer}" : reader.Kind == ResultKind.Error ? $"{reader.Error}" : $"{reader.Kind}";
    }

    private static Command Prepare(TransactionId id, params (string Key, string Value)[] writes) => new() { Kind = CommandKind.Prepare, Slot = 0, Items = Part(id, [], writes) };

    private static Command PrepareRead(TransactionId id, string key, Lsn version = default) => new() { Kind = CommandKind.Prepare, Slot = 0, Items = Part(id, [(key, version)], []) };

    private static Command Decide(TransactionId id, TransactionVerdict verdict) => new() { Kind = CommandKind.Decide, Slot = 0, Number = (long)verdict, Items = Part(id, [], []) };

    private static Command Finish(TransactionId id, TransactionVerdict verdict)
    {
        var bytes = new byte[TransactionId.Length];
        id.Write(bytes);
        return new Command { Kind = CommandKind.Finish, Slot = 0, Number = (long)verdict, Value = bytes };
    }

    private static byte[] Part(TransactionId id, (string Key, Lsn Version)[] reads, (string Key, string Value)[] writes)
    {
        var writer = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(writer, id, PartFlags.None, new PartitionId(0), [], reads.Length);
        foreach (var (key, version) in reads)
        {
            TransactionPart.WriteRead(writer, Stored(key), version);
        }

        TransactionPart.WriteRangesStart(writer, 0);
        foreach (var (key, value) in writes)
        {
            WriteBody.WriteMutation(writer, new Mutation { Kind = MutationKind.Put, Key = Stored(key), Value = Encoding.UTF8.GetBytes(value) });
        }

        return writer.WrittenSpan.ToArray();
    }

    private static byte[] Stored(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var stored = new byte[StoredKey.PrefixLength + bytes.Length];
        StoredKey.Write(stored, HashSlot.Of(bytes).Value, 0, bytes);
        return stored;
    }
}
