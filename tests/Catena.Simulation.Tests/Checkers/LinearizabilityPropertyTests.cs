using System.Diagnostics;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Histories;

namespace Catena.Simulation.Tests.Checkers;

public sealed class LinearizabilityPropertyTests
{
    private static readonly RegisterOperation[] Registers = [RegisterOperation.Get, RegisterOperation.Get, RegisterOperation.Put, RegisterOperation.CompareAndSet, RegisterOperation.Delete];
    private static readonly RegisterOperation[] Counters = [RegisterOperation.Get, RegisterOperation.Increment, RegisterOperation.Increment];
    private static readonly RegisterOperation[] Texts = [RegisterOperation.Get, RegisterOperation.Append, RegisterOperation.Append, RegisterOperation.Delete];

    [Fact]
    public void The_search_agrees_with_trying_every_order_on_small_histories()
    {
        var verdicts = new int[2];
        for (ulong seed = 0; seed < 40_000; seed++)
        {
            var history = RandomHistory.Small(new World(seed).Random("small"));
            var expected = BruteForce.IsLinearizable(history);
            var report = new LinearizabilityChecker().Check(history);
            var verdict = report.Verdict;
            Assert.True(
                verdict == (expected ? Verdict.Linearizable : Verdict.Violation),
                $"seed {seed}: {verdict}, by brute force {expected}\n{string.Join('\n', history)}");
            Assert.All(report.Keys.Where(key => key.Verdict == Verdict.Linearizable), key => Assert.True(BruteForce.IsWitness(key.Order, history), $"seed {seed}"));
            verdicts[expected ? 1 : 0]++;
        }

        Assert.All(verdicts, count => Assert.True(count > 5_000, $"{verdicts[0]} bad, {verdicts[1]} good"));
    }

    [Theory]
    [InlineData("registers")]
    [InlineData("counters")]
    [InlineData("texts")]
    public void Good_histories_with_unknown_outcomes_are_accepted_with_an_order_to_show(string kind)
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var history = RandomHistory.Good(new World(seed).Random("good"), 200, 8, 0.15, Kinds(kind));
            var report = Assert.Single(new LinearizabilityChecker().Check(history).Keys);
            Assert.True(report.Verdict == Verdict.Linearizable, $"seed {seed}: {report.Verdict}\n{report.Explanation}");
            Assert.True(BruteForce.IsWitness(report.Order, history), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("registers")]
    [InlineData("counters")]
    [InlineData("texts")]
    public void A_good_history_with_one_read_moved_to_the_end_is_rejected_and_not_given_up(string kind)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var history = RandomHistory.Good(new World(seed).Random("good"), 200, 8, 0.1, Kinds(kind));
            var end = history.Max(operation => operation.Return);
            var early = history.FindIndex(20, operation => operation.Result is { Found: true, Value: not null, Version: not null } && operation.Command.Operation == RegisterOperation.Get);
            if (early < 0)
            {
                continue;
            }

            // Another version has surely been read or written since, and versions only grow.
            history.Add(history[early] with { Client = 99, Call = end + 10, Return = end + 20, Result = history[early].Result! });
            history.Add(new HistoryOperation(98, "k", RegisterCommand.Put("last"), end + 1, end + 2, Outcome.Ok, RegisterResult.Done));
            var report = Assert.Single(new LinearizabilityChecker().Check(history).Keys);
            Assert.True(report.Verdict == Verdict.Violation, $"seed {seed}: {report.Verdict} after {report.Steps} steps");
            Assert.NotEmpty(report.Explanation);
        }
    }

    [Theory]
    [InlineData("registers", 0.0, 20_000)]
    [InlineData("registers", 0.02, 10_000)]
    [InlineData("counters", 0.01, 4_000)]
    [InlineData("texts", 0.02, 4_000)]
    public void A_long_history_takes_few_steps(string kind, double unknown, int operations)
    {
        var history = RandomHistory.Good(new World(1).Random("long"), operations, 16, unknown, Kinds(kind));
        var watch = Stopwatch.StartNew();
        var report = Assert.Single(new LinearizabilityChecker().Check(history).Keys);
        TestContext.Current.TestOutputHelper?.WriteLine($"{operations} operations, {report.Steps} steps, {watch.ElapsedMilliseconds} ms");
        Assert.True(report.Verdict == Verdict.Linearizable, report.Explanation);
        Assert.InRange(report.Steps, operations / 2, operations * 20);
    }

    [Theory]
    [InlineData("registers", 0.0, 10_000)]
    [InlineData("registers", 0.01, 4_000)]
    [InlineData("counters", 0.01, 4_000)]
    [InlineData("texts", 0.01, 2_000)]
    public void So_does_one_without_versions(string kind, double unknown, int operations)
    {
        var kinds = Kinds(kind).Where(operation => operation != RegisterOperation.CompareAndSet).ToArray();
        var history = RandomHistory.Good(new World(1).Random("long"), operations, 16, unknown, kinds)
            .ConvertAll(operation => operation with { Result = operation.Result is { } result ? result with { Version = null } : null });
        var report = Assert.Single(new LinearizabilityChecker().Check(history).Keys);
        TestContext.Current.TestOutputHelper?.WriteLine($"{operations} operations, {report.Steps} steps");
        Assert.True(report.Verdict == Verdict.Linearizable, report.Explanation);
        Assert.InRange(report.Steps, operations / 2, operations * 20);
    }

    [Theory]
    [InlineData("registers")]
    [InlineData("texts")]
    public void Writes_that_are_told_no_more_than_done_are_no_obstacle(string kind)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var history = RandomHistory.Good(new World(seed).Random("untold"), 500, 8, 0.1, Kinds(kind)).ConvertAll(Untold);
            var report = Assert.Single(new LinearizabilityChecker(stepLimit: 100_000).Check(history).Keys);
            Assert.True(report.Verdict == Verdict.Linearizable, $"seed {seed}: {report.Verdict}\n{report.Explanation}");
            Assert.True(BruteForce.IsWitness(report.Order, history), $"seed {seed}");
        }
    }

    private static HistoryOperation Untold(HistoryOperation operation) =>
        operation.Command.Operation == RegisterOperation.Get || operation.Result is not { } result
            ? operation
            : operation with { Result = new RegisterResult { Applied = result.Applied, Found = result.Found } };

    private static RegisterOperation[] Kinds(string kind) => kind switch
    {
        "registers" => Registers,
        "counters" => Counters,
        _ => Texts,
    };
}
