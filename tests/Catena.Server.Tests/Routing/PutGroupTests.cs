using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Routing;

/// <summary>Puts that come in one turn and are carried out as one.</summary>
public sealed class PutGroupTests : IDisposable
{
    private static readonly TransactionId Holder = new(5, new NodeId(1), 1, 1);

    private readonly LoneNode _node = new(partitions: 2);
    private readonly List<Exception> _failures = [];
    private readonly CommandRouter _router;

    public PutGroupTests() => _router = new CommandRouter(
        _node.Core, new PartitionMap(2), new PartitionDirectory(2), new RecordingForwardPort(), new NodeId(7), TimeSpan.FromSeconds(5), _failures.Add);

    public void Dispose()
    {
        _node.Dispose();
        Assert.Empty(_failures);
    }

    [Fact]
    public void Puts_of_a_turn_are_one_entry_a_partition_and_each_is_told()
    {
        var before = Lasts();
        Turn(() =>
        {
            for (var number = 0; number < 100; number++)
            {
                Gather($"key-{number}", $"value-{number}", number);
            }

            Assert.Equal(before, Lasts());
        });
        Assert.Equal(before.Select(last => last + 1), Lasts());
        Assert.Empty(_node.Results);
        _node.Flush();
        Assert.Equal(Enumerable.Range(0, 100).Select(number => (long)number), _node.Results.Select(result => result.Tag).Order());
        Assert.All(_node.Results, result => Assert.Equal([(byte)ResultKind.Ok], result.Result));
        for (var number = 0; number < 100; number++)
        {
            Assert.Equal($"value-{number}", Read($"key-{number}"));
        }
    }

    [Fact]
    public void The_last_of_several_puts_of_a_key_stays_and_what_comes_between_keeps_its_place()
    {
        Turn(() =>
        {
            Gather("k", "a", 1);
            Gather("k", "b", 2);
            Execute(CommandKind.Append, "k", "c", 3);
            Gather("k", "d", 4);
            Gather("k", "e", 5);
            Execute(CommandKind.TakeOut, "k", "", 6);
            Gather("k", "f", 7);
        });
        _node.Flush();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], _node.Results.Select(result => result.Tag));
        Assert.Equal(2, new ResultReader(_node.Results[2].Result).Integer);
        Assert.Equal("e", Encoding.UTF8.GetString(new ResultReader(_node.Results[5].Result).Value));
        Assert.Equal("f", Read("k"));
    }

    [Fact]
    public void Many_puts_of_one_partition_are_several_entries()
    {
        var before = Lasts();
        Turn(() =>
        {
            for (var number = 0; number < 1000; number++)
            {
                Gather($"{{tag}}{number}", new string('v', 100), number);
            }
        });
        Assert.InRange(Lasts().Sum(last => (long)last) - before.Sum(last => (long)last), 4, 20);
        _node.Flush();
        Assert.Equal(1000, _node.Results.Count);
    }

    [Fact]
    public void Outside_of_a_turn_and_where_more_is_asked_than_to_put_nothing_is_gathered()
    {
        _router.Gather(Put("a", "1"), _node, 1);
        Turn(() =>
        {
            var before = Lasts();
            _router.Gather(new Command { Kind = CommandKind.Put, Flags = CommandFlags.IfAbsent, Slot = SlotOf("b"), Key = "b"u8, Value = "2"u8 }, _node, 2);
            _router.Gather(new Command { Kind = CommandKind.Put, Deadline = long.MaxValue / 2, Slot = SlotOf("c"), Key = "c"u8, Value = "3"u8 }, _node, 3);
            Gather("d", new string('x', PutGroup.LongestValue + 1), 4);
            _router.Gather(new Command { Kind = CommandKind.Append, Slot = SlotOf("e"), Key = "e"u8, Value = "4"u8 }, _node, 5);
            Assert.Equal(before.Sum(last => (long)last) + 4, Lasts().Sum(last => (long)last));
        });
        _node.Flush();
        Assert.Equal([1, 2, 3, 4, 5], _node.Results.Select(result => result.Tag).Order());
        Assert.Equal(("1", "2", "3", "4"), (Read("a"), Read("b"), Read("c"), Read("e")));
    }

    /// <summary>Of puts that came together only the one whose key is locked waits, whether the lock was there before or has come in between.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_the_put_of_a_locked_key_waits(bool isLockedBefore)
    {
        if (isLockedBefore)
        {
            Lock("{t}held");
        }

        Turn(() =>
        {
            Gather("{t}a", "1", 1);
            Gather("{t}held", "2", 2);
            Gather("{t}b", "3", 3);
            if (!isLockedBefore)
            {
                _node.Core.FindHost(new PartitionMap(2).Of(new HashSlot(SlotOf("{t}"))))!.Execute(Prepare("{t}held"), RequestId.None, _node, 100);
            }
        });
        _router.Tick();
        _node.Flush();
        Assert.Equal([1, 3], _node.Results.Select(result => result.Tag).Where(tag => tag < 100).Order());

        LetGo("{t}held");
        _node.Flush();
        Assert.Equal([1, 2, 3], _node.Results.Select(result => result.Tag).Where(tag => tag < 100).Order());
        Assert.Equal(("1", "2", "3"), (Read("{t}a"), Read("{t}held"), Read("{t}b")));
    }

    /// <summary>A partition that has gone to another node meanwhile: the puts go there one by one, in order.</summary>
    [Fact]
    public void Puts_that_were_gathered_for_a_partition_that_is_served_elsewhere_by_now_go_there()
    {
        var directory = new PartitionDirectory(2);
        var port = new RecordingForwardPort();
        var router = new CommandRouter(_node.Core, new PartitionMap(2), directory, port, new NodeId(7), TimeSpan.FromSeconds(5), _failures.Add);
        var partition = new PartitionMap(2).Of(new HashSlot(SlotOf("{t}")));
        router.BeginTurn();
        router.Gather(Put("{t}a", "1"), _node, 1);
        router.Gather(Put("{t}b", "2"), _node, 2);
        var next = new Core.Replication.Configuration { Epoch = new Epoch(2), Mode = Core.Replication.ReplicationMode.PrimaryBackup, Members = [new NodeId(8)] };
        directory.Learn(partition, next);

        // Not in this thread's turn, at whose end it would be seen to.
        var coordinator = new Thread(() => _node.Configure(partition, 2, new NodeId(8)));
        coordinator.Start();
        coordinator.Join();
        router.EndTurn();
        Assert.Empty(_node.Results);
        Assert.Equal(["1", "2"], port.Requests.Select(request => ValueOf(request.Request)));
    }

    /// <summary>While the log stands still for a backup, puts wait in the order in which they came.</summary>
    [Fact]
    public void Puts_wait_in_order_while_the_log_stands_still()
    {
        var host = _node.Core.FindHost(new PartitionMap(2).Of(new HashSlot(SlotOf("{t}"))))!;
        Turn(() =>
        {
            Gather("{t}k", "1", 1);
            Gather("{t}x", "2", 2);
            Assert.True(host.TryHold(9, 1_000_000_000, out _));
        });
        Turn(() => Execute(CommandKind.TakeOut, "{t}k", "", 3));
        Assert.Empty(_node.Results);
        _ = host.ReleaseAsync(9);
        _node.Flush();
        Assert.Equal([1, 2, 3], _node.Results.Select(result => result.Tag));
        Assert.Equal("1", Encoding.UTF8.GetString(new ResultReader(_node.Results[2].Result).Value));
        Assert.Equal("", Read("{t}k"));
    }

    /// <summary>What is asked past the router, such as a transaction over several partitions, comes after what was gathered before.</summary>
    [Fact]
    public void What_was_gathered_is_carried_out_before_the_end_of_the_turn_where_something_must_follow_it()
    {
        _router.BeginTurn();
        var before = Lasts();
        Gather("{t}a", "1", 1);
        Gather("{t}b", "2", 2);
        Assert.Equal(before, Lasts());
        _router.CarryOutGathered();
        Assert.NotEqual(before, Lasts());
        _router.EndTurn();
        _node.Flush();
        Assert.Equal(2, _node.Results.Count);
    }

    [Fact]
    public void What_was_gathered_is_carried_out_where_a_turn_is_settled_in_its_midst_and_it_gathers_on()
    {
        _router.BeginTurn();
        var before = Lasts();
        Gather("{t}a", "1", 1);
        Gather("{t}b", "2", 2);
        _router.SettleTurn();
        var settled = Lasts();
        Assert.NotEqual(before, settled);
        Gather("{t}c", "3", 3);
        Assert.Equal(settled, Lasts());
        _router.EndTurn();
        _node.Flush();
        Assert.Equal([1, 2, 3], _node.Results.Select(result => result.Tag));
    }

    /// <summary>Of a client's puts of one key the first may wait for a lock; when that is let go, one that comes before the first is tried again does not overtake it.</summary>
    [Fact]
    public void A_put_does_not_overtake_one_that_waited_for_a_lock_that_has_just_been_let_go()
    {
        Lock("{t}held");
        Execute(CommandKind.Put, "{t}held", "1", 1);
        Turn(() =>
        {
            LetGo("{t}held");
            Execute(CommandKind.Put, "{t}held", "2", 2);
        });
        _node.Flush();
        Assert.Equal([1, 2], _node.Results.Select(result => result.Tag).Where(tag => tag < 100));
        Assert.Equal("2", Read("{t}held"));
    }

    private static string ValueOf(byte[] request)
    {
        var reader = new ByteReader(request);
        reader.ReadUInt64();
        reader.ReadUInt16();
        reader.ReadVarint();
        reader.ReadVarint();
        return Encoding.UTF8.GetString(CommandCodec.Read(ref reader).Value);
    }

    private void LetGo(string key)
    {
        var id = new byte[TransactionId.Length];
        Holder.Write(id);
        _node.Core.FindHost(new PartitionMap(2).Of(new HashSlot(SlotOf(key))))!.Execute(
            new Command { Kind = CommandKind.Finish, Slot = SlotOf(key), Number = (long)TransactionVerdict.Committed, Value = id }, RequestId.None, _node, 101);
    }

    private void Turn(Action action)
    {
        _router.BeginTurn();
        action();
        _router.EndTurn();
    }

    private ulong[] Lasts() => [.. new ushort[] { 0, 1 }.Select(partition => _node.Host(partition).Status.Last.Sequence)];

    private void Gather(string key, string value, long tag) => _router.Gather(Put(key, value), _node, tag);

    private void Execute(CommandKind kind, string key, string value, long tag) =>
        _router.Execute(new Command { Kind = kind, Slot = SlotOf(key), Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) }, _node, tag);

    private string Read(string key)
    {
        var stored = StoredKey.Of(SlotOf(key), 0, Encoding.UTF8.GetBytes(key));
        var value = new ArrayBufferWriter<byte>();
        var partition = new PartitionMap(2).Of(new HashSlot(SlotOf(key)));
        return _node.Store(partition.Value).TryGet(stored, value, out _, out _) ? Encoding.UTF8.GetString(value.WrittenSpan) : "";
    }

    private void Lock(string key)
    {
        _node.Core.FindHost(new PartitionMap(2).Of(new HashSlot(SlotOf(key))))!.Execute(Prepare(key), RequestId.None, _node, 100);
        _node.Flush();
    }

    private static Command Prepare(string key)
    {
        var part = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(part, Holder, PartFlags.None, new PartitionId(0), [], 0);
        TransactionPart.WriteRangesStart(part, 0);
        WriteBody.WriteMutation(part, new Mutation { Kind = MutationKind.Put, Key = StoredKey.Of(SlotOf(key), 0, Encoding.UTF8.GetBytes(key)), Value = "transaction's"u8 });
        return new Command { Kind = CommandKind.Prepare, Slot = SlotOf(key), Items = part.WrittenSpan.ToArray() };
    }

    private static Command Put(string key, string value) =>
        new() { Kind = CommandKind.Put, Slot = SlotOf(key), Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) };

    private static ushort SlotOf(string key) => HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value;
}
