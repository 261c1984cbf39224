using Catena.Simulation.Checkers.Transactions;
using static Catena.Simulation.Histories.MicroOperation;

namespace Catena.Simulation.Tests.Checkers.Transactions;

public sealed class BankCheckerTests
{
    [Fact]
    public void Reads_of_the_right_total_are_accepted_and_counted()
    {
        var report = Check(h => h.Ok(0, 1, ReadValue("a", 7), ReadValue("b", 3)).Ok(0, 1, ReadValue("b", 10), Read("a")).Ok(0, 1, ReadValue("a", 5)));
        TransactionHistoryBuilder.Expect(report);
        Assert.Equal(2, report.Checked);
    }

    [Fact]
    public void Another_total_is_rejected() =>
        TransactionHistoryBuilder.Expect(Check(h => h.Ok(0, 1, ReadValue("a", 7), ReadValue("b", 4))), AnomalyKind.WrongTotal);

    [Fact]
    public void A_transfer_is_judged_by_what_it_read_before_it_wrote()
    {
        TransactionHistoryBuilder.Expect(Check(h => h.Ok(0, 1, ReadValue("a", 7), ReadValue("b", 3), Write("a", 6), Write("b", 4), ReadValue("a", 6))));
        Assert.Equal(0, Check(h => h.Ok(0, 1, ReadValue("a", 7), Write("b", 4), ReadValue("b", 4))).Checked);
    }

    [Fact]
    public void A_negative_balance_is_rejected_unless_it_is_allowed()
    {
        static TransactionHistoryBuilder Build(TransactionHistoryBuilder h) => h.Ok(0, 1, ReadValue("a", 11), ReadValue("b", -1));
        TransactionHistoryBuilder.Expect(Check(Build), AnomalyKind.NegativeBalance);
        TransactionHistoryBuilder.Expect(Check(Build, mayBeNegative: true));
    }

    [Fact]
    public void What_was_not_answered_does_not_count() => TransactionHistoryBuilder.Expect(
        Check(h => h.Failed(0, 1, ReadValue("a", 7), ReadValue("b", 4)).Unknown(0, ReadValue("a", -7), ReadValue("b", 4))));

    [Fact]
    public void A_total_that_wraps_around_is_rejected() => TransactionHistoryBuilder.Expect(
        new BankChecker(["a", "b", "c"], long.MinValue + 1).Check(
            new TransactionHistoryBuilder().Ok(0, 1, ReadValue("a", long.MaxValue), ReadValue("b", 1), ReadValue("c", 1)).History),
        AnomalyKind.WrongTotal);

    private static TransactionReport Check(Func<TransactionHistoryBuilder, TransactionHistoryBuilder> build, bool mayBeNegative = false) =>
        new BankChecker(["a", "b"], 10, mayBeNegative).Check(build(new TransactionHistoryBuilder()).History);
}
