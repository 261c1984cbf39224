using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Workloads.Transactions;
using static Catena.Simulation.Histories.MicroOperation;

namespace Catena.Simulation.Tests.Workloads;

public sealed class TransactionRecordTests
{
    private static readonly TransactionStep[] ReadThenWrite = [TransactionStep.Read("x"), new(StepKind.Write, "x", 7)];

    [Fact]
    public void What_was_watched_was_read_by_the_transaction_that_was_carried_out() => Assert.Equal(
        new TransactionOperation(3, 10, 20, Outcome.Ok, [ReadValue("y", 5), Read("z"), ReadValue("x", 6), Write("x", 7)]),
        Record(new TransactionAnswer(Outcome.Ok, [Found("6")])).ToRegisters());

    [Fact]
    public void A_refused_condition_means_that_nothing_happened_and_nothing_was_read() => Assert.Equal(
        new TransactionOperation(3, 10, 20, Outcome.Fail, [Read("y"), Read("z"), Read("x"), Write("x", 7)]),
        Record(TransactionAnswer.Refused).ToRegisters());

    [Fact]
    public void An_open_outcome_stays_open() => Assert.Equal(
        new TransactionOperation(3, 10, 20, Outcome.Unknown, [Read("y"), Read("z"), Read("x"), Write("x", 7)]),
        Record(new TransactionAnswer(Outcome.Unknown)).ToRegisters());

    [Fact]
    public void Lists_are_read_item_by_item()
    {
        var request = new TransactionRequest([TransactionStep.Read("x"), new(StepKind.Append, "x", 3), TransactionStep.Read("y")]);
        var record = new TransactionRecord(0, request, 1) { Return = 2, Answer = new TransactionAnswer(Outcome.Ok, [Found("1;2;"), default]) };
        Assert.Equal(new TransactionOperation(0, 1, 2, Outcome.Ok, [ReadList("x", 1, 2), Append("x", 3), ReadList("y")]), record.ToLists());
    }

    [Fact]
    public void An_account_that_is_not_there_is_empty()
    {
        var request = new TransactionRequest([TransactionStep.Read("a"), TransactionStep.Read("b")]);
        var record = new TransactionRecord(0, request, 1) { Return = 2, Answer = new TransactionAnswer(Outcome.Ok, [Found("-4"), default]) };
        Assert.Equal(new TransactionOperation(0, 1, 2, Outcome.Ok, [ReadValue("a", -4), ReadValue("b", 0)]), record.ToBalances());
    }

    [Fact]
    public void Of_a_transaction_that_did_other_things_too_only_what_it_did_to_registers_counts()
    {
        TransactionStep[] steps = [new(StepKind.Scan, "k", 3), TransactionStep.Read("x"), new(StepKind.Delete, "k1", 0), new(StepKind.Write, "x", 7)];
        var read = new KeyRead { Range = new RangeRead(["k1"], null) };
        var record = new TransactionRecord(0, new TransactionRequest([]), 1) { Steps = steps, Return = 2, Answer = new TransactionAnswer(Outcome.Ok, [read, Found("5")]) };
        Assert.Equal(new TransactionOperation(0, 1, 2, Outcome.Ok, [ReadValue("x", 5), Write("x", 7)]), record.ToRegisters(step => step.Key == "x"));
    }

    private static TransactionRecord Record(TransactionAnswer answer)
    {
        var request = new TransactionRequest(ReadThenWrite) { Watched = [new WatchedKey("y", Found("5")), new WatchedKey("z", default)] };
        return new TransactionRecord(3, request, 10) { Return = 20, Answer = answer };
    }

    private static KeyRead Found(string text) => new(text, new Lsn(new Epoch(1), 1));
}
