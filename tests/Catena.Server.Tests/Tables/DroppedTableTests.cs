using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Transactions;
using Catena.Server.Tests.Chains;

namespace Catena.Server.Tests.Tables;

/// <summary>A partition that was told to drop a table: whatever still comes for it is refused, wherever it comes, for good.</summary>
public sealed class DroppedTableTests
{
    private const ushort Table = 5;

    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup, 1)]
    [InlineData(ReplicationMode.Chain, 3)]
    [InlineData(ReplicationMode.ApportionedChain, 2)]
    public void Everything_that_comes_for_a_dropped_table_is_refused_and_no_other_table_is_touched(ReplicationMode mode, ulong reader)
    {
        using var cluster = new MemoryCluster(mode);
        cluster.Write("k", "default");
        Assert.Equal("Ok", Ask(cluster, 1, Put("k", "mine")));
        Assert.Equal("Ok", Ask(cluster, 1, Put("k", "theirs", 6)));
        Assert.Equal(("mine", "1"), (Ask(cluster, reader, Get("k")), Ask(cluster, reader, new Command { Kind = CommandKind.Count, Table = Table, Slot = 0 })));
        Assert.Equal("Ok", Ask(cluster, 1, Drop()));
        Assert.Equal("Ok", Ask(cluster, 1, Drop()));

        foreach (var kind in new[] { CommandKind.Get, CommandKind.Exists, CommandKind.Scan, CommandKind.Count, CommandKind.LookRange, CommandKind.Look })
        {
            Assert.Equal($"{kind} NoSuchTable", $"{kind} {Ask(cluster, reader, Of(kind))}");
        }

        foreach (var kind in new[] { CommandKind.Put, CommandKind.Increment, CommandKind.Delete, CommandKind.Clear, CommandKind.Transact, CommandKind.Prepare, CommandKind.Decide })
        {
            Assert.Equal($"{kind} NoSuchTable", $"{kind} {Ask(cluster, 1, Of(kind))}");
        }

        Assert.Equal(("default", "theirs"), (Ask(cluster, reader, Get("k", 0)), Ask(cluster, reader, Get("k", 6))));
        Assert.Equal((2L, 1L), (cluster.Host(1).Keys, cluster.Host(1).DefaultKeys));
        Assert.Equal("1", Ask(cluster, reader, new Command { Kind = CommandKind.Count, Slot = 0 }));
        Assert.Equal("1", Ask(cluster, reader, new Command { Kind = CommandKind.Count, Table = 6, Slot = 0 }));
    }

    [Fact]
    public void A_bounded_read_of_a_dropped_table_is_refused_as_well()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Put("k", "mine"));
        Ask(cluster, 1, Drop());
        Assert.StartsWith("NoSuchTable", Ask(cluster, 2, new Command { Kind = CommandKind.Get, Flags = CommandFlags.Stale, Number = 60_000, Table = Table, Slot = SlotOf("k"), Key = "k"u8 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_drop_that_is_not_committed_yet_refuses_writes_and_is_told_to_nobody_before_it_is()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Put("k", "mine"));
        cluster.Holds = message => message.IsFrom(2, 1) || message.IsFrom(3, 1);
        cluster.Execute(1, 10, RequestId.None, Drop());
        cluster.Execute(1, 11, RequestId.None, Put("k", "late"));
        cluster.Work();
        Assert.Equal(("", ""), (cluster.Result(10), cluster.Result(11)));
        cluster.Release();
        cluster.Pass(20);
        Assert.Equal(("Ok", "NoSuchTable"), (cluster.Result(10), cluster.Result(11)));
    }

    [Fact]
    public void A_new_first_member_refuses_what_the_last_one_has_dropped()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Put("k", "mine"));
        Ask(cluster, 1, Drop());
        cluster.Configure(cluster.Configuration with { Epoch = cluster.Configuration.Epoch.Next, Members = [new NodeId(2), new NodeId(3)] });
        cluster.Pass(1_000);
        Assert.Equal("NoSuchTable", Ask(cluster, 2, Put("k", "late")));
        Assert.Equal("NoSuchTable", Ask(cluster, 2, Get("k")));
    }

    [Fact]
    public void A_drop_waits_for_transactions_that_hold_keys_of_the_table_and_for_no_others()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Put("k", "mine"));
        Assert.Equal("1", Ask(cluster, 1, Prepare(Id(3), 0, "other")));
        Assert.Equal("1", Ask(cluster, 1, Prepare(Id(5), Table, "k")));
        cluster.Execute(1, 10, RequestId.None, Drop());
        cluster.Pass(50);
        Assert.Equal("", cluster.Result(10));

        // What is prepared can be committed still, and goes with the rest.
        Assert.Equal("Ok", Ask(cluster, 1, Finish(Id(5), TransactionVerdict.Committed)));
        cluster.Pass(20);
        Assert.Equal("Ok", cluster.Result(10));
        Assert.Equal("NoSuchTable", Ask(cluster, 1, Prepare(Id(7), Table, "k")));
        Assert.Equal("Ok", Ask(cluster, 1, Finish(Id(3), TransactionVerdict.Committed)));
        Assert.Equal("new", Ask(cluster, 1, Get("other", 0)));
    }

    [Fact]
    public void A_drop_that_waits_too_long_has_not_happened()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        Ask(cluster, 1, Put("k", "mine"));
        Assert.Equal("1", Ask(cluster, 1, Prepare(Id(5), Table, "k")));
        cluster.Execute(1, 10, RequestId.None, Drop());
        cluster.Pass(MemoryCluster.PatienceMilliseconds + 20);
        Assert.Equal("TryAgain", cluster.Result(10));
        Ask(cluster, 1, Finish(Id(5), TransactionVerdict.Aborted));
        Assert.Equal("mine", Ask(cluster, 1, Get("k")));
    }

    [Fact]
    public void What_is_no_clients_table_cannot_be_dropped()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        foreach (var table in new ushort[] { 0, StoredKey.CatalogueTable, StoredKey.SystemTable })
        {
            Assert.Equal("BadRequest", Ask(cluster, 1, Drop(table)));
        }
    }

    private static string Ask(MemoryCluster cluster, ulong node, in Command command)
    {
        cluster.Results.Remove(1000);
        cluster.Execute(node, 1000, RequestId.None, command);
        cluster.Pass(50);
        return cluster.Results.TryGetValue(1000, out var result) && new ResultReader(result) is { Kind: ResultKind.Integer, Integer: var number } ? $"{number}" : cluster.Result(1000);
    }

    private static Command Drop(ushort table = Table) => new() { Kind = CommandKind.DropTable, Table = table, Slot = 0 };

    private static Command Put(string key, string value, ushort table = Table) =>
        new() { Kind = CommandKind.Put, Table = table, Slot = SlotOf(key), Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) };

    private static Command Get(string key, ushort table = Table) => new() { Kind = CommandKind.Get, Table = table, Slot = SlotOf(key), Key = Encoding.UTF8.GetBytes(key) };

    private static Command Prepare(TransactionId id, ushort table, string key) => new() { Kind = CommandKind.Prepare, Slot = 0, Items = Part(id, table, key) };

    private static Command Finish(TransactionId id, TransactionVerdict verdict)
    {
        var bytes = new byte[TransactionId.Length];
        id.Write(bytes);
        return new Command { Kind = CommandKind.Finish, Slot = 0, Number = (long)verdict, Value = bytes };
    }

    /// <summary>A command of each kind on the table.</summary>
    private static Command Of(CommandKind kind)
    {
        var key = Stored(Table, "k");
        var program = new ArrayBufferWriter<byte>();
        TransactionProgram.WriteStart(program, ProgramFlags.None, 0);
        PackedList.Add(program, CommandCodec.Encode(Put("k", "late")));
        return kind switch
        {
            CommandKind.LookRange => new Command { Kind = kind, Table = Table, Slot = 0, Limit = 10, Items = new KeyRange(key, [.. key, 0], Table).ToItems() },
            CommandKind.Look => new Command { Kind = kind, Slot = 0, Items = PackedList.Of(key) },
            CommandKind.Transact => new Command { Kind = kind, Slot = 0, Items = program.WrittenSpan },
            CommandKind.Prepare => Prepare(Id(9), Table, "k"),
            CommandKind.Decide => new Command { Kind = kind, Slot = 0, Number = (long)TransactionVerdict.Committed, Items = Part(Id(9), Table, "k") },
            _ => new Command { Kind = kind, Table = Table, Slot = SlotOf("k"), Key = "k"u8, Value = "7"u8, Items = PackedList.Of("k"u8), Limit = 10 },
        };
    }

    private static byte[] Part(TransactionId id, ushort table, string key)
    {
        var writer = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(writer, id, PartFlags.None, new PartitionId(0), [], 0);
        TransactionPart.WriteRangesStart(writer, 0);
        WriteBody.WriteMutation(writer, new Mutation { Kind = MutationKind.Put, Key = Stored(table, key), Value = "new"u8 });
        return writer.WrittenSpan.ToArray();
    }

    private static byte[] Stored(ushort table, string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var stored = new byte[StoredKey.PrefixLength + bytes.Length];
        StoredKey.Write(stored, SlotOf(key), table, bytes);
        return stored;
    }

    private static ushort SlotOf(string key) => HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value;

    private static TransactionId Id(ulong start) => new(start, new NodeId(9), 1, start);
}
