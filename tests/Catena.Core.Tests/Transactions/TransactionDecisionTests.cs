using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Core.Tests.Transactions;

/// <summary>What a partition decides of transactions: once, whoever asks how often.</summary>
public sealed class TransactionDecisionTests
{
    private static readonly SlotRange Slots = new PartitionMap(1).SlotsOf(new PartitionId(0));
    private static readonly TransactionId Id = new(7, new NodeId(1), 2, 3);

    private readonly TransactionPartition _partition = new(Slots);

    [Fact]
    public void What_is_prepared_shows_when_it_is_committed_and_never_when_it_is_aborted()
    {
        Assert.Equal("Prepared", Prepare(Id, [], ("k", "new")));
        Assert.Null(_partition.ValueOf("k"));
        Assert.Equal("Ok", Finish(Id, TransactionVerdict.Committed));
        Assert.Equal("new", _partition.ValueOf("k"));
        Assert.True(_partition.Book.Locks.IsEmpty);

        var other = Id with { Number = 4 };
        Assert.Equal("Prepared", Prepare(other, [], ("k", "newer")));
        Assert.Equal("Ok", Finish(other, TransactionVerdict.Aborted));
        Assert.Equal("new", _partition.ValueOf("k"));
        Assert.Equal("Ok", Finish(other, TransactionVerdict.Committed));
        Assert.Equal("new", _partition.ValueOf("k"));
        Assert.Single(_partition.Keys.Keys);
    }

    [Fact]
    public void What_was_read_and_has_changed_is_no_ground_to_prepare_or_to_commit_on()
    {
        Put("k", "1");
        var read = _partition.Keys.Keys.Values.Single().Version;
        Put("k", "2");
        Assert.Equal("Conflict", Prepare(Id, [("k", read)], ("x", "1")));
        Assert.Equal("Conflict", Prepare(Id, [("k", Lsn.Zero)], ("x", "1")));
        var present = _partition.Keys.Keys.Values.Single().Version;
        Assert.Equal("Aborted", Decide(Id, TransactionVerdict.Committed, [("k", read)], ("x", "1")));
        Assert.True(_partition.Book.Locks.IsEmpty);
        Assert.Equal(TransactionVerdict.Aborted, _partition.Book.Decisions[Id].Verdict);
        Assert.Null(_partition.ValueOf("x"));
        Assert.Equal("Committed", Decide(Id with { Number = 4 }, TransactionVerdict.Committed, [("k", present), ("absent", Lsn.Zero)], ("x", "1")));
        Assert.Equal("1", _partition.ValueOf("x"));
    }

    [Theory]
    [InlineData(TransactionVerdict.Committed, TransactionVerdict.Aborted)]
    [InlineData(TransactionVerdict.Aborted, TransactionVerdict.Committed)]
    public void What_was_decided_first_stands_until_it_is_forgotten(TransactionVerdict first, TransactionVerdict then)
    {
        Assert.Equal("None", Decide(Id, TransactionVerdict.None, []));
        Assert.Equal($"{first}", Decide(Id, first, [], ("k", "v")));
        Assert.Equal($"{first}", Decide(Id, then, [], ("k", "v")));
        Assert.Equal($"{first}", Decide(Id, TransactionVerdict.None, []));
        Assert.Equal(first == TransactionVerdict.Committed ? "v" : null, _partition.ValueOf("k"));

        // A prepare that comes late is told as much, and locks nothing.
        Assert.Equal($"{first}", Prepare(Id, [], ("k", "late")));
        Assert.True(_partition.Book.Locks.IsEmpty);
        Assert.Equal("Ok", TransactionText.Of(_partition.Ask(new Command { Kind = CommandKind.Forget, Slot = 0, Value = Bytes(Id) })));
        Assert.Equal("None", Decide(Id, TransactionVerdict.None, []));
    }

    [Fact]
    public void A_home_partition_that_has_prepared_as_well_commits_that_or_what_it_is_given()
    {
        Prepare(Id, PartFlags.External, [], ("k", "prepared"));
        Assert.Equal("Committed", Decide(Id, TransactionVerdict.Committed, [], PartFlags.UsesPrepared));
        Assert.True(_partition.Book.Decisions[Id].IsExternal);
        Assert.Equal("prepared", _partition.ValueOf("k"));
        Assert.True(_partition.Book.Locks.IsEmpty);

        var second = Id with { Number = 4 };
        Prepare(second, [], ("k", "prepared"));
        Assert.Equal("Committed", Decide(second, TransactionVerdict.Committed, [], ("k", "given")));
        Assert.Equal("given", _partition.ValueOf("k"));
        Assert.True(_partition.Book.Locks.IsEmpty);

        // What its coordinator decides on is nobody else's.
        var third = Id with { Number = 7 };
        Prepare(third, [], ("k", "prepared"));
        Assert.Equal("None", Decide(third, TransactionVerdict.Committed, [], PartFlags.UsesPrepared));
        Assert.Equal("None", Decide(third, TransactionVerdict.Aborted, [], PartFlags.UsesPrepared));
        Assert.NotNull(_partition.Book.Locks.Find(third));
        Assert.Equal("Aborted", Decide(third, TransactionVerdict.Aborted, []));

        // Nothing is prepared, so there is nothing to commit, nor to abort: it was decided and forgotten, if it ever was.
        Assert.Equal("None", Decide(Id with { Number = 5 }, TransactionVerdict.Committed, [], PartFlags.UsesPrepared));
        Prepare(Id with { Number = 6 }, [], ("k", "prepared"));
        Assert.Equal("Aborted", Decide(Id with { Number = 6 }, TransactionVerdict.Aborted, []));
        Assert.Equal("given", _partition.ValueOf("k"));
        Assert.True(_partition.Book.Locks.IsEmpty);
    }

    [Fact]
    public void What_somebody_outside_is_to_decide_on_nobody_else_aborts_unless_he_forces_it()
    {
        Prepare(Id, PartFlags.External, [], ("k", "prepared"));
        Assert.Equal("Prepared", Decide(Id, TransactionVerdict.Aborted, []));
        Assert.Equal("Prepared", Decide(Id, TransactionVerdict.Committed, [], ("k", "given")));
        Assert.Equal("None", Decide(Id, TransactionVerdict.None, []));
        Assert.NotNull(_partition.Book.Locks.Find(Id));
        Assert.Empty(_partition.Book.Decisions);

        Assert.Equal("Aborted", Decide(Id, TransactionVerdict.Aborted, [], PartFlags.Forced));
        Assert.True(_partition.Book.Decisions[Id].IsExternal);
        Assert.Equal("Aborted", Decide(Id, TransactionVerdict.Committed, [], PartFlags.UsesPrepared));
        Assert.Null(_partition.ValueOf("k"));
    }

    [Fact]
    public void A_part_that_locks_is_answered_with_what_it_reads_and_keeps_everybody_else_out()
    {
        Put("k", "v");
        var part = Part(Id, PartFlags.Locks, [("k", Lsn.Zero), ("none", Lsn.Zero)]);
        Assert.Equal("(v@1.1, none)", TransactionText.Of(_partition.Ask(new Command { Kind = CommandKind.Prepare, Slot = 0, Items = part })));
        Assert.NotNull(_partition.Book.Locks.FindHolder(Stored("k"), isExclusive: false, default));
        Assert.NotNull(_partition.Book.Locks.FindHolder(Stored("none"), isExclusive: false, default));

        // The same transaction goes on to prepare what it writes.
        Assert.Equal("Prepared", Prepare(Id, [("k", new Lsn(new Epoch(1), 1))], ("none", "x")));
        Assert.Null(_partition.Book.Locks.FindHolder(Stored("k"), isExclusive: false, default));
        Assert.NotNull(_partition.Book.Locks.FindHolder(Stored("k"), isExclusive: true, default));
        Assert.NotNull(_partition.Book.Locks.FindHolder(Stored("none"), isExclusive: false, default));
    }

    [Fact]
    public void A_key_past_its_time_counts_as_absent_and_is_deleted_in_the_same_entry()
    {
        _partition.Ask(new Command { Kind = CommandKind.Put, Slot = HashSlot.Of("k"u8).Value, Key = "k"u8, Value = "v"u8, Deadline = 2_000 });
        _partition.Now = 2_000;
        Assert.Equal("Prepared", Prepare(Id, [("k", Lsn.Zero)], ("x", "1")));
        Assert.Null(_partition.ValueOf("k"));
    }

    [Fact]
    public void A_program_sees_what_it_has_written_and_is_one_entry()
    {
        Put("k", "5");
        var program = new ProgramBuilder().Increment("k", 2).Get("k").Put("k", "text").Increment("k", 1).Append("k", "!").Get("k").Get("none").Build();
        var before = _partition.Keys.Next;
        Assert.Equal("[7, 7, Ok, NotAnInteger, 5, text!, Nil]", Transact(program));
        Assert.Equal(before.Sequence + 1, _partition.Keys.Next.Sequence);
        Assert.Equal("text!", _partition.ValueOf("k"));
    }

    [Fact]
    public void A_program_that_wants_all_or_nothing_does_nothing_where_a_command_fails()
    {
        Put("k", "text");
        Assert.Equal("NotAnInteger", Transact(new ProgramBuilder(ProgramFlags.AllOrNothing).Put("x", "1").Increment("k", 1).Build()));
        Assert.Null(_partition.ValueOf("x"));
    }

    [Fact]
    public void A_program_runs_only_where_what_is_watched_has_its_version()
    {
        Put("k", "1");
        var version = _partition.Keys.Keys.Values.Single().Version;
        Assert.Equal("[Ok]", Transact(new ProgramBuilder().Watch("k", version).Watch("none", Lsn.Zero).Put("x", "1").Build()));
        Put("k", "2");
        Assert.Equal("Nil", Transact(new ProgramBuilder().Watch("k", version).Put("x", "2").Build()));
        Assert.Equal("Nil", Transact(new ProgramBuilder().Watch("none", version).Put("x", "2").Build()));
        Assert.Equal("1", _partition.ValueOf("x"));
    }

    [Fact]
    public void Keys_of_other_partitions_and_of_the_partition_itself_are_refused()
    {
        var half = new TransactionPartition(new SlotRange(new HashSlot(0), new HashSlot(10)));
        Assert.Equal("BadRequest", TransactionText.Of(half.Ask(new Command { Kind = CommandKind.Transact, Slot = 0, Items = new ProgramBuilder().Put("k", "v").Build() })));
        Assert.Equal("BadRequest", TransactionText.Of(half.Ask(new Command { Kind = CommandKind.Prepare, Slot = 0, Items = Part(Id, PartFlags.None, [], ("k", "v")) })));
        var system = new byte[TransactionKeys.Length];
        TransactionKeys.WritePrepared(system, Slots, Id);
        var items = new ArrayBufferWriter<byte>();
        PackedList.Add(items, system);
        Assert.Equal("BadRequest", TransactionText.Of(_partition.Ask(new Command { Kind = CommandKind.Look, Slot = 0, Items = items.WrittenSpan })));
        var part = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(part, Id, PartFlags.None, new PartitionId(0), [], 0);
        TransactionPart.WriteRangesStart(part, 0);
        WriteBody.WriteMutation(part, new Mutation { Kind = MutationKind.Delete, Key = system });
        Assert.Equal("BadRequest", TransactionText.Of(_partition.Ask(new Command { Kind = CommandKind.Decide, Slot = 0, Number = 3, Items = part.WrittenSpan })));
    }

    private static byte[] Bytes(TransactionId id)
    {
        var bytes = new byte[TransactionId.Length];
        id.Write(bytes);
        return bytes;
    }

    private static byte[] Stored(string key) => TransactionPartition.Stored(Encoding.UTF8.GetBytes(key));

    private static byte[] Part(TransactionId id, PartFlags flags, (string Key, Lsn Version)[] reads, params (string Key, string Value)[] writes)
    {
        var writer = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(writer, id, flags, new PartitionId(0), [new PartitionId(1)], reads.Length);
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

    private void Put(string key, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        _partition.Ask(new Command { Kind = CommandKind.Put, Slot = HashSlot.Of(bytes).Value, Key = bytes, Value = Encoding.UTF8.GetBytes(value) });
    }

    private string Transact(byte[] program) => TransactionText.Of(_partition.Ask(new Command { Kind = CommandKind.Transact, Slot = 0, Items = program }));

    private string Prepare(TransactionId id, (string Key, Lsn Version)[] reads, params (string Key, string Value)[] writes) =>
        Prepare(id, PartFlags.None, reads, writes);

    private string Prepare(TransactionId id, PartFlags flags, (string Key, Lsn Version)[] reads, params (string Key, string Value)[] writes) =>
        Verdict(new Command { Kind = CommandKind.Prepare, Slot = 0, Items = Part(id, flags, reads, writes) });

    private string Decide(TransactionId id, TransactionVerdict verdict, (string Key, Lsn Version)[] reads, params (string Key, string Value)[] writes) =>
        Verdict(new Command { Kind = CommandKind.Decide, Slot = 0, Number = (long)verdict, Items = Part(id, PartFlags.None, reads, writes) });

    private string Decide(TransactionId id, TransactionVerdict verdict, (string Key, Lsn Version)[] reads, PartFlags flags) =>
        Verdict(new Command { Kind = CommandKind.Decide, Slot = 0, Number = (long)verdict, Items = Part(id, flags, reads) });

    private string Finish(TransactionId id, TransactionVerdict verdict) =>
        TransactionText.Of(_partition.Ask(new Command { Kind = CommandKind.Finish, Slot = 0, Number = (long)verdict, Value = Bytes(id) }));

    private string Verdict(in Command command) => $"{(TransactionVerdict)new ResultReader(_partition.Ask(command)).Integer}";
}
