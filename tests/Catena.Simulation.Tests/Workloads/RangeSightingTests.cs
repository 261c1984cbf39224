using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Tests.Workloads;

/// <summary>What a transaction has seen of a range, made by hand.</summary>
public sealed class RangeSightingTests
{
    private static readonly TransactionStep Register = TransactionStep.Read("q0");
    private static readonly TransactionStep Add = new(StepKind.Write, "{p0}k02", 1);
    private static readonly TransactionStep Remove = new(StepKind.Delete, "{p0}k01", 0);

    [Fact]
    public void What_is_of_one_moment_may_be()
    {
        Assert.Null(Wrong((Register, Of(0b1011)), (All, Found(null, 0, 1, 3))));
        Assert.Null(Wrong((Register, default), (All, Found(null))));
        Assert.Null(Wrong((Page("k00", 2), Found("k01+", 0, 1)), (Page("k01+", 2), Found(null, 3)), (Register, Of(0b1011))));
        Assert.Null(Wrong((All, Found(null, 0, 1)), (Add, default), (new(StepKind.Write, "q0", 7), default), (All, Found(null, 0, 1, 2)), (Register, Of(0b111))));
        Assert.Null(Wrong((All, Found(null, 0, 1)), (Remove, default), (All, Found(null, 0))));
    }

    [Fact]
    public void What_is_not_of_one_moment_may_not()
    {
        Assert.Contains("other keys", Wrong((Register, Of(0b0011)), (All, Found(null, 0, 1, 3))));
        Assert.Contains("other keys", Wrong((All, Found(null, 0)), (All, Found(null, 0, 1))));
        Assert.Contains("other keys", Wrong((Page("k00", 1), Found("k00+", 0)), (Page("k00+", 1), Found(null)), (Register, Of(0b0011))));
        Assert.Contains("other keys", Wrong((All, Found(null, 0)), (Add, default), (All, Found(null, 0, 2, 3))));
        Assert.Contains("more keys", Wrong((All, Found(null, 0, 1, 2, 3, 4))));
        Assert.Contains("itself", Wrong((All, Found(null, 0)), (Add, default), (All, Found(null, 0))));
        Assert.Contains("itself", Wrong((All, Found(null, 0, 1)), (Remove, default), (All, Found(null, 0, 1))));
        Assert.Contains("not asked for", Wrong((Page("k00", 1), Found(null, 0, 1))));
        Assert.Contains("not asked for", Wrong((Page("k01+", 2), Found(null, 1))));
    }

    private static TransactionStep All => Page("k00", PhantomWorkload.Places + 1);

    private static TransactionStep Page(string from, int limit) => new(StepKind.Scan, "{p0}" + from.Replace('+', '\0'), limit) { End = "{p0}l" };

    private static KeyRead Found(string? next, params int[] places) =>
        new() { Range = new RangeRead([.. places.Select(place => $"{{p0}}k{place:00}")], next is null ? null : "{p0}" + next.Replace('+', '\0')) };

    private static KeyRead Of(int keys) => new(FormattableString.Invariant($"{(9 << PhantomWorkload.Places) + keys}"), new Lsn(new Epoch(1), 1));

    private static string? Wrong(params (TransactionStep Step, KeyRead Read)[] done)
    {
        var answer = new TransactionAnswer(Outcome.Ok, [.. done.Where(one => one.Step.Reads).Select(one => one.Read)]);
        var record = new TransactionRecord(0, new TransactionRequest([]), 1) { Steps = [.. done.Select(one => one.Step)], Return = 2, Answer = answer };
        return new RangeSighting(record, mostKeys: 4).WhatIsWrong();
    }
}
