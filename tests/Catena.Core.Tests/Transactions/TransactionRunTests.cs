using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Transactions;

/// <summary>Coordinators over several partitions: all or nothing, whatever order things happen in, and whoever dies when.</summary>
public sealed class TransactionRunTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(400);
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void What_a_transaction_reads_and_writes_over_partitions_is_answered_in_order()
    {
        var cluster = new TransactionCluster(1, new TransactionOptions());
        Assert.Equal("[Ok, Ok, Ok]", Run(cluster, new ProgramBuilder().Put("a", "1").Put("b", "2").Put("c", "3")));
        Assert.Equal("[1, 5, 3, x1]", Run(cluster, new ProgramBuilder().Get("a").Increment("b", 3).Get("c").Put("d", "x1").Get("d"), last: 3));
        Assert.Equal("[1, 5, 3, x1]", Run(cluster, new ProgramBuilder().Get("a").Get("b").Get("c").Get("d")));
        Assert.All(cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty && partition.Book.Decisions.Count == 0));
    }

    [Fact]
    public void A_watched_key_with_another_version_is_the_end_of_it()
    {
        var cluster = new TransactionCluster(1, new TransactionOptions());
        Run(cluster, new ProgramBuilder().Put("a", "1").Put("b", "2"));
        Assert.Equal("Nil", Run(cluster, new ProgramBuilder().Watch("a", Lsn.Zero).Put("a", "3").Put("b", "3")));
        Assert.Equal("[Ok, Ok]", Run(cluster, new ProgramBuilder().Watch("none", Lsn.Zero).Put("a", "3").Put("b", "3")));
    }

    [Theory]
    [InlineData(CommandKind.Prepare)]
    [InlineData(CommandKind.Decide)]
    public void An_attempt_that_is_aborted_while_it_waits_is_followed_by_another(CommandKind waits)
    {
        var outcomes = Enumerable.Range(0, 20).Select(seed =>
        {
            var aborted = false;
            var cluster = new TransactionCluster((ulong)seed, new TransactionOptions())
            {
                Fails = ask => ask.Kind == waits && !aborted && (aborted = true) ? ErrorCode.Aborted : null,
            };
            var outcome = Run(cluster, new ProgramBuilder().Put("a", "1").Put("b", "2").Put("c", "3"));
            Assert.True(aborted);
            return outcome;
        }).ToList();

        // Where the end of the first attempt comes after the second, its locks refuse that; here nobody waits for locks.
        Assert.Contains("[Ok, Ok, Ok]", outcomes);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, (string[])["[Ok, Ok, Ok]", "TryAgain"]));
    }

    [Theory]
    [InlineData(ErrorCode.TryAgain, false)]
    [InlineData(ErrorCode.OutcomeUnknown, true)]
    public void A_partition_that_certainly_prepared_nothing_is_not_told_of_the_end(ErrorCode answer, bool isTold)
    {
        ushort? refuser = null;
        var finished = new List<ushort>();
        var cluster = new TransactionCluster(1, new TransactionOptions())
        {
            Fails = ask =>
            {
                if (ask.Kind == CommandKind.Finish && ask.Verdict == TransactionVerdict.Aborted)
                {
                    finished.Add(ask.Slot);
                }

                var isRefused = ask.Kind == CommandKind.Prepare && refuser is null;
                refuser = isRefused ? ask.Slot : refuser;
                return isRefused ? answer : null;
            },
        };

        Run(cluster, new ProgramBuilder().Put("a", "1").Put("b", "2").Put("c", "3"));

        Assert.Equal(isTold, finished.Contains(refuser!.Value));
    }

    [Fact]
    public void A_home_partition_that_refuses_to_say_what_it_decided_is_asked_again_after_a_pause()
    {
        var asked = new List<long>();
        TransactionCluster cluster = null!;
        cluster = new TransactionCluster(1, new TransactionOptions())
        {
            Fails = ask =>
            {
                if (ask.Kind != CommandKind.Decide || asked.Count > 5)
                {
                    return null;
                }

                asked.Add(cluster.Now);
                return asked.Count == 1 ? ErrorCode.OutcomeUnknown : ErrorCode.NotEnoughReplicas;
            },
        };

        Run(cluster, new ProgramBuilder().Put("a", "1").Put("b", "2").Put("c", "3"));

        // The first time at once; the cluster's time passes only where nothing else happens.
        Assert.Equal([0, 0], asked[..2]);
        Assert.Equal(asked[1..], asked[1..].Distinct());
        Assert.All(cluster.Partitions, partition => Assert.True(partition.Book.Locks.IsEmpty));
    }

    [Fact]
    public void More_keys_than_are_allowed_are_refused_before_anything_is_asked()
    {
        var cluster = new TransactionCluster(1, new TransactionOptions { MaxKeys = 2 });
        Assert.Equal("TooLarge", Run(cluster, new ProgramBuilder().Put("a", "1").Put("b", "2").Put("c", "3")));
        Assert.Null(cluster.ValueOf("a"));
    }

    [Fact]
    public void Whatever_the_order_each_transaction_happens_as_a_whole_or_not_at_all() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        var random = new Prng((ulong)seed);
        var cluster = new TransactionCluster((ulong)seed, new TransactionOptions { LocksAfter = random.Next(4) }) { Loss = random.Chance(0.5) ? 0 : 0.2 };
        var runs = Enumerable.Range(0, 2 + random.Next(6)).Select(number => (Number: number, Run: cluster.Begin(AnyProgram(number, random)))).ToList();
        for (var steps = 0; cluster.Step() || !runs.TrueForAll(run => run.Run.IsOver); steps++)
        {
            Assert.True(steps < 100_000, "it never ends");
        }

        // A prepare that was overtaken by its abort is left to whoever finds it.
        cluster.ResolveAll();
        foreach (var (number, run) in runs)
        {
            var written = Appended(cluster, number);
            var kind = new ResultReader(run.Outcome).Kind;
            Assert.True(written is 0 or 3, $"seed {seed}: transaction {number} wrote {written} of 3 keys");
            Assert.True(written == 3 || kind != ResultKind.Results, $"seed {seed}: transaction {number} was answered and wrote nothing");
            Assert.True(written == 0 || kind == ResultKind.Results || new ResultReader(run.Outcome).Error == ErrorCode.OutcomeUnknown, $"seed {seed}: transaction {number} was refused and wrote");
        }

        Assert.Equal(0, cluster.Partitions.Sum(partition => partition.Book.Locks.Prepared.Count));
        Assert.DoesNotContain(cluster.Partitions.SelectMany(partition => partition.Book.Decisions.Values), decision => decision.Verdict == TransactionVerdict.Committed);
        return true;
    }));

    [Fact]
    public void A_coordinator_that_dies_at_any_step_leaves_whole_transactions_and_no_lock_behind() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        RunAndDie(seed, TransactionRules.Sound);
        return true;
    }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_rule_such_a_death_tears_a_transaction(bool decidesOnlyPrepared) =>
        Assert.ThrowsAny<Exception>(() => Enumerable.Range(1, 2_000).ToList().ForEach(seed => RunAndDie(seed, new BrokenRules(decidesOnlyPrepared))));

    private static void RunAndDie(int seed, TransactionRules rules)
    {
        var random = new Prng((ulong)seed);
        var cluster = new TransactionCluster((ulong)seed, new TransactionOptions { LocksAfter = random.Next(3), Rules = rules });
        var runs = Enumerable.Range(0, 1 + random.Next(4)).Select(number => (Number: number, Run: cluster.Begin(AnyProgram(number, random)))).ToList();
        for (var steps = random.Next(40); steps > 0; steps--)
        {
            cluster.Step();
        }

        if (random.Chance(0.5))
        {
            cluster.LoseCoordinators();
        }

        // Coordinators that live go on beside those who resolve, and may leave something once more.
        for (var rounds = 0; rounds < 10; rounds++)
        {
            cluster.ResolveAll();
        }

        foreach (var (number, run) in runs)
        {
            var written = Appended(cluster, number);
            Assert.True(written is 0 or 3, $"seed {seed}: transaction {number} wrote {written} of 3 keys");
            Assert.True(written == 3 || run.Outcome is null || new ResultReader(run.Outcome).Kind != ResultKind.Results, $"seed {seed}: transaction {number} was answered and wrote nothing");
        }

        Assert.Equal(0, cluster.Partitions.Sum(partition => partition.Book.Locks.Prepared.Count));
    }

    /// <summary>Appends its letter to three keys, which lie in several partitions, and reads some.</summary>
    private static byte[] AnyProgram(int number, Prng random)
    {
        var letter = $"{(char)('A' + number)}";
        var builder = new ProgramBuilder();
        foreach (var key in Keys(number))
        {
            builder = builder.Append(key, letter);
            builder = random.Chance(0.5) ? builder.Get($"k{random.Next(6)}") : builder;
        }

        return builder.Build();
    }

    private static IEnumerable<string> Keys(int number) => Enumerable.Range(number, 3).Select(key => $"k{key % 6}");

    private static int Appended(TransactionCluster cluster, int number)
    {
        var letter = (char)('A' + number);
        var counts = Keys(number).Select(key => cluster.ValueOf(key)?.Count(character => character == letter) ?? 0).ToList();
        Assert.All(counts, count => Assert.InRange(count, 0, 1));
        return counts.Sum();
    }

    private static string Run(TransactionCluster cluster, ProgramBuilder program, int? last = null)
    {
        var run = cluster.Begin(program.Build());
        while (cluster.Step())
        {
            // On.
        }

        var text = TransactionText.Of(run.Outcome);
        return last is null ? text : string.Join(", ", text.Trim('[', ']').Split(", ").Where((_, index) => index != last)).Insert(0, "[") + "]";
    }

    private sealed class BrokenRules(bool decidesOnlyPrepared) : TransactionRules
    {
        public override bool DecidesOnlyPrepared => decidesOnlyPrepared;

        public override bool AbortsByRecord => !decidesOnlyPrepared;
    }
}
