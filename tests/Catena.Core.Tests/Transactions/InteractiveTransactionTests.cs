using System.Buffers;
using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Transactions;

/// <summary>Transactions whose commands come one by one: each as if alone, keys that do not exist yet included.</summary>
public sealed class InteractiveTransactionTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(300);
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    private readonly TransactionCluster _cluster = new(1, new TransactionOptions());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transaction_sees_what_it_has_done_and_nobody_else_does_before_it_is_committed(bool locks)
    {
        var transaction = Begin(1, locks);
        Assert.Equal("Nil", Do(transaction, Get("a")));
        Assert.Equal("Ok", Do(transaction, Put("a", "1")));
        Assert.Equal("Ok", Do(transaction, Put("b", "2")));
        Assert.Equal("1", Do(transaction, Get("a")));
        Assert.Equal("3", Do(transaction, new Command { Kind = CommandKind.Increment, Slot = HashSlot.Of("b"u8).Value, Key = "b"u8, Number = 1 }));
        Assert.Null(_cluster.ValueOf("a"));

        Assert.Equal("Ok", Finish(transaction, () => transaction.Commit(_cluster.Now)));

        Assert.Equal(("1", "3"), (_cluster.ValueOf("a"), _cluster.ValueOf("b")));
        NothingIsLeft();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_left_of_what_is_rolled_back(bool locks)
    {
        var transaction = Begin(1, locks);
        Do(transaction, Get("a"));
        Do(transaction, Put("b", "2"));
        Assert.Equal("Ok", Finish(transaction, () => transaction.Rollback(_cluster.Now)));
        Assert.Null(_cluster.ValueOf("b"));
        NothingIsLeft();
    }

    [Fact]
    public void What_was_read_and_has_changed_ends_the_transaction()
    {
        var transaction = Begin(1, locks: false);
        Do(transaction, Get("a"));
        Do(transaction, Put("b", "2"));
        Write("a", "other");
        Assert.Equal("Aborted", Finish(transaction, () => transaction.Commit(_cluster.Now)));
        Assert.Null(_cluster.ValueOf("b"));
        NothingIsLeft();
    }

    [Fact]
    public void A_transaction_that_only_reads_is_committed_if_all_of_it_was_true_at_once()
    {
        var good = Begin(1, locks: false);
        Do(good, Get("a"));
        Do(good, Get("b"));
        Assert.Equal("Ok", Finish(good, () => good.Commit(_cluster.Now)));

        var torn = Begin(2, locks: false);
        Do(torn, Get("a"));
        Write("a", "1");
        Write("b", "1");
        Do(torn, Get("b"));
        Assert.Equal("Aborted", Finish(torn, () => torn.Commit(_cluster.Now)));
    }

    [Fact]
    public void A_locked_key_is_nobody_elses_until_the_end()
    {
        var transaction = Begin(1, locks: true);
        Do(transaction, Get("a"));
        Assert.Equal("TryAgain", Do(Begin(2, locks: true), Get("a")));
        Do(transaction, Put("a", "1"));
        Finish(transaction, () => transaction.Commit(_cluster.Now));
        Assert.Equal("1", Do(Begin(3, locks: true), Get("a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_scan_shows_the_table_in_order_with_what_the_transaction_has_done(bool locks)
    {
        Write("{t}b", "1");
        Write("{t}d", "2");
        Write("{t}f", "3");
        var transaction = Begin(1, locks);
        Do(transaction, Put("{t}a", "new"));
        Do(transaction, Put("{t}d", "changed"));
        Do(transaction, new Command { Kind = CommandKind.TakeOut, Slot = HashSlot.Of("{t}f"u8).Value, Key = "{t}f"u8 });
        Assert.Equal("{t}a=new {t}b=1 {t}d=changed", Scan(transaction, "{t}", limit: 10));
        Assert.Equal("Ok", Finish(transaction, () => transaction.Commit(_cluster.Now)));
        NothingIsLeft();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_key_that_appears_where_was_scanned_ends_the_transaction(bool isBeyondLimit, bool writes)
    {
        Write("{t}b", "1");
        Write("{t}d", "2");
        var transaction = Begin(1, locks: false);
        Assert.Equal("{t}b=1 {t}d=2", Scan(transaction, "{t}", limit: isBeyondLimit ? 2 : 10));
        Do(transaction, writes ? Put("other", "1") : Get("other"));
        Write(isBeyondLimit ? "{t}e" : "{t}c", "phantom");

        // What lies beyond the page that was asked for was not seen.
        Assert.Equal(isBeyondLimit ? "Ok" : "Aborted", Finish(transaction, () => transaction.Commit(_cluster.Now)));
        NothingIsLeft();
    }

    [Theory]
    [InlineData("", "Ok")]
    [InlineData("{t}d", "Aborted")]
    public void A_comparison_that_does_not_get_to_the_end_of_a_range_says_nothing(string next, string outcome)
    {
        var transaction = Begin(1, locks: false);
        foreach (var prefix in (string[])["{t}", "{u}"])
        {
            transaction.Execute(CommandCodec.Encode(ScanOf(prefix, 10)), 0, 1_000);
            AnswerAll(transaction, "");
            Assert.NotNull(transaction.TakeResult());
        }

        transaction.Commit(0);
        AnswerAll(transaction, next);
        Assert.Equal(outcome, TransactionText.Of(transaction.TakeResult()));
    }

    [Fact]
    public void A_prepared_transaction_is_decided_by_whoever_has_its_handle_and_as_often_as_he_asks()
    {
        foreach (var (first, value) in ((TransactionVerdict, string?)[])[(TransactionVerdict.Committed, "1"), (TransactionVerdict.Aborted, null)])
        {
            var cluster = new TransactionCluster(1, new TransactionOptions());
            var transaction = new InteractiveTransaction(cluster.Options, cluster.Map, new TransactionId(1, new NodeId(1), 1, 1), locks: false);
            cluster.Finish(transaction, () => transaction.Execute(CommandCodec.Encode(Put("a", "1")), 0, 1_000));
            cluster.Finish(transaction, () => transaction.Execute(CommandCodec.Encode(Put("b", "1")), 0, 1_000));
            var prepared = cluster.Finish(transaction, () => transaction.Prepare(0));
            var handle = PreparedHandle.TryRead(new ResultReader(prepared).Value, cluster.Map.Partitions)!;
            Assert.Null(cluster.ValueOf("a"));
            Assert.Equal(2, cluster.Partitions.Sum(partition => partition.Book.Locks.Prepared.Count));
            Assert.Equal(1, cluster.Partitions.Sum(partition => partition.Book.Locks.Prepared.Count(one => one.IsExternal)));

            // Whoever is in doubt meanwhile waits for the decision.
            cluster.ResolveAll(forces: false);
            Assert.Equal(2, cluster.Partitions.Sum(partition => partition.Book.Locks.Prepared.Count));

            Assert.Equal("Ok", Decide(cluster, handle, first));
            Assert.Equal("Ok", Decide(cluster, handle, first));
            var other = first == TransactionVerdict.Committed ? TransactionVerdict.Aborted : TransactionVerdict.Committed;
            Assert.Equal(first == TransactionVerdict.Committed ? "Committed" : "Aborted", Decide(cluster, handle, other));

            Assert.Equal((value, value), (cluster.ValueOf("a"), cluster.ValueOf("b")));
            Assert.All(cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty));
            Assert.True(Assert.Single(cluster.Partitions.SelectMany(partition => partition.Book.Decisions.Values)).IsExternal);
        }
    }

    [Fact]
    public void The_home_partition_prepares_for_somebody_else_last_and_until_then_whoever_is_in_doubt_ends_it()
    {
        var transaction = BeginToPrepare();
        var first = Assert.Single(transaction.TakeAsks(0));
        Assert.Equal(CommandKind.Prepare, first.Kind);
        transaction.Answered(first.Number, Ask(first), 0, 1_000);
        Assert.False(Assert.Single(_cluster.Partitions.SelectMany(partition => partition.Book.Locks.Prepared)).IsExternal);

        // Its coordinator is slow, or dead.
        _cluster.ResolveAll(forces: false);
        var last = Assert.Single(transaction.TakeAsks(0));
        Assert.NotEqual(first.Slot, last.Slot);
        transaction.Answered(last.Number, Ask(last), 0, 1_000);
        Assert.Equal("Aborted", TransactionText.Of(transaction.TakeResult()));
        Assert.All(_cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Where_nobody_knows_whether_the_home_partition_has_prepared_it_is_taken_back(bool isLate, bool isTimeUp)
    {
        var transaction = BeginToPrepare();
        var first = Assert.Single(transaction.TakeAsks(0));
        transaction.Answered(first.Number, Ask(first), 0, 1_000);
        var last = Assert.Single(transaction.TakeAsks(0));
        var prepared = isLate ? null : Ask(last);
        if (isTimeUp)
        {
            transaction.Tick(long.MaxValue);
            Assert.Equal("Aborted", TransactionText.Of(transaction.TakeResult()));
            Assert.False(transaction.IsOver);
        }
        else
        {
            transaction.Answered(last.Number, EncodedResults.Error(ErrorCode.OutcomeUnknown, "lost"u8), 0, 1_000);
        }

        var back = Assert.Single(transaction.TakeAsks(0));
        transaction.Answered(last.Number, prepared ?? EncodedResults.Ok, 0, 1_000);
        transaction.Answered(back.Number, Ask(back), 0, 1_000);
        Assert.True(transaction.IsOver);
        if (!isTimeUp)
        {
            Assert.Equal("Aborted", TransactionText.Of(transaction.TakeResult()));
        }

        foreach (var ending in transaction.TakeEndings())
        {
            _cluster.Advance(ending);
        }

        while (_cluster.Step())
        {
            // Until all have heard.
        }

        // Whenever it arrives, it finds that nothing comes of it.
        Assert.Equal((long)TransactionVerdict.Aborted, new ResultReader(Ask(last)).Integer);
        Assert.All(_cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty));
    }

    [Fact]
    public void A_handle_that_nothing_is_prepared_under_leaves_no_trace()
    {
        var handle = new PreparedHandle(new TransactionId(1, new NodeId(1), 1, 1), new PartitionId(0), [new PartitionId(1)]);
        Assert.Equal("NoTransaction", Decide(_cluster, handle, TransactionVerdict.Committed));
        Assert.Equal("NoTransaction", Decide(_cluster, handle, TransactionVerdict.Aborted));
        NothingIsLeft();
        Assert.Null(PreparedHandle.TryRead(handle.ToBytes().AsSpan(0, 33), 4));
        Assert.Null(PreparedHandle.TryRead(handle.ToBytes(), 1));
    }

    [Fact]
    public void Whoever_counts_and_adds_one_counts_right_whatever_the_order() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        CountAndAdd(seed, TransactionRules.Sound);
        return true;
    }));

    [Fact]
    public void Without_locked_ranges_somebody_counts_wrong() =>
        Assert.ThrowsAny<Exception>(() => Enumerable.Range(1, 500).ToList().ForEach(seed => CountAndAdd(seed, new WithoutRanges())));

    /// <summary>Every client counts the keys of a range, adds one of its own, and says elsewhere how many there are now.</summary>
    private static void CountAndAdd(int seed, TransactionRules rules)
    {
        var random = new Prng((ulong)seed);
        var cluster = new TransactionCluster((ulong)seed, new TransactionOptions { Rules = rules }) { Loss = random.Chance(0.5) ? 0 : 0.1 };
        var clients = Enumerable.Range(0, 2 + random.Next(4)).Select(number => new InteractiveClient(cluster, (ulong)number + 1, () => Steps(number))).ToList();
        clients.ForEach(client => client.Begin(locks: random.Chance(0.3)));
        for (var steps = 0; cluster.Step() || clients.Exists(client => client.Outcome is null); steps++)
        {
            Assert.True(steps < 200_000, "it never ends");
        }

        cluster.ResolveAll();
        var keys = Enumerable.Range(0, clients.Count).Where(number => cluster.ValueOf(Name(number)) is not null).ToList();
        foreach (var (client, number) in clients.Select((client, number) => (client, number)))
        {
            var isThere = keys.Contains(number);
            Assert.True(isThere || client.Outcome != ResultKind.Ok, $"seed {seed}: client {number} was told that it had committed");
            Assert.True(!isThere || client.Outcome == ResultKind.Ok || client.Error == ErrorCode.OutcomeUnknown, $"seed {seed}: client {number} was refused, and wrote");
        }

        // The numbers that were written beside the keys are those of an order in which one came after the other.
        Assert.Equal(Enumerable.Range(1, keys.Count), keys.Select(number => int.Parse(cluster.ValueOf($"n{number}")!, CultureInfo.InvariantCulture)).Order());
        Assert.All(cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty));
    }

    /// <summary>A transaction over two partitions that has been told to prepare.</summary>
    private InteractiveTransaction BeginToPrepare()
    {
        var transaction = Begin(1, locks: false);
        Do(transaction, Put("a", "1"));
        Do(transaction, Put("b", "1"));
        transaction.Prepare(0);
        return transaction;
    }

    private byte[] Ask(TransactionAsk ask) => _cluster.Partitions[_cluster.Map.Of(new HashSlot(ask.Slot)).Value].Ask(ask);

    /// <summary>Answers that nothing was found, and where to go on in ranges.</summary>
    private static void AnswerAll(InteractiveTransaction transaction, string next)
    {
        foreach (var ask in transaction.TakeAsks(0))
        {
            var result = new ArrayBufferWriter<byte>();
            if (ask.Kind == CommandKind.LookRange)
            {
                ResultWriter.WriteRangeStart(result, Encoding.UTF8.GetBytes(next), 0);
            }
            else
            {
                ResultWriter.WriteEntriesStart(result, 0);
            }

            transaction.Answered(ask.Number, result.WrittenSpan, 0, 1_000);
        }
    }

    private static IEnumerator<Func<ReadOnlyMemory<byte>, byte[]?>> Steps(int number)
    {
        yield return _ => CommandCodec.Encode(ScanOf("{t}", 100));
        var count = 0;
        yield return result =>
        {
            count = new ResultReader(result.Span).Count;
            return CommandCodec.Encode(Put(Name(number), "x"));
        };
        yield return _ => CommandCodec.Encode(Put($"n{number}", (count + 1).ToString(CultureInfo.InvariantCulture)));
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"{{t}}{number}");

    private static Command Get(string key) => new() { Kind = CommandKind.Get, Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value, Key = Encoding.UTF8.GetBytes(key) };

    private static Command Put(string key, string value) =>
        new() { Kind = CommandKind.Put, Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value, Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) };

    private static Command ScanOf(string prefix, int limit)
    {
        var from = TransactionPartition.Stored(Encoding.UTF8.GetBytes(prefix));
        var to = TransactionPartition.Stored(Encoding.UTF8.GetBytes(prefix + "~"));
        to.AsSpan(0, 2).Clear();
        from.AsSpan(0, 2).CopyTo(to);
        return new Command { Kind = CommandKind.LookRange, Slot = StoredKey.Slot(from), Limit = limit, Items = new KeyRange(from, to, 0).ToItems() };
    }

    private static string Decide(TransactionCluster cluster, PreparedHandle handle, TransactionVerdict verdict) =>
        TransactionText.Of(cluster.Finish(new ExternalDecision(handle, verdict, cluster.Map), () => { }));

    private InteractiveTransaction Begin(ulong age, bool locks) => new(_cluster.Options, _cluster.Map, new TransactionId(age, new NodeId(1), 1, age), locks);

    private string Do(InteractiveTransaction transaction, in Command command)
    {
        var encoded = CommandCodec.Encode(command);
        return Finish(transaction, () => transaction.Execute(encoded, _cluster.Now, 1_000));
    }

    private string Finish(InteractiveTransaction transaction, Action begin) => TransactionText.Of(_cluster.Finish(transaction, begin));

    private string Scan(InteractiveTransaction transaction, string prefix, int limit)
    {
        var encoded = CommandCodec.Encode(ScanOf(prefix, limit));
        var reader = new ResultReader(_cluster.Finish(transaction, () => transaction.Execute(encoded, _cluster.Now, 1_000)));
        var found = new List<string>();
        for (var index = 0; index < reader.Count; index++)
        {
            var key = Encoding.UTF8.GetString(StoredKey.Key(reader.ReadKey(out _, out _, out var value)));
            found.Add($"{key}={Encoding.UTF8.GetString(value)}");
        }

        return string.Join(' ', found);
    }

    private void Write(string key, string value) => _cluster.Partitions[_cluster.Map.Of(Encoding.UTF8.GetBytes(key)).Value].Ask(Put(key, value));

    private void NothingIsLeft() => Assert.All(_cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty && partition.Book.Decisions.Count == 0));

    private sealed class WithoutRanges : TransactionRules
    {
        public override bool LocksRanges => false;
    }
}
