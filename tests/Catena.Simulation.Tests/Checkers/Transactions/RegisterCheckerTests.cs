using Catena.Simulation.Checkers.Transactions;
using static Catena.Simulation.Histories.MicroOperation;

namespace Catena.Simulation.Tests.Checkers.Transactions;

public sealed class RegisterCheckerTests
{
    [Fact]
    public void Write_skew_over_absent_keys_is_G2() =>
        Expect(h => h.Ok(0, 10, Read("x"), Write("y", 1)).Ok(0, 10, Read("y"), Write("x", 1)), AnomalyKind.G2);

    [Fact]
    public void Write_skew_over_present_keys_is_G2() => Expect(
        h => h.Ok(0, 1, Write("x", 1), Write("y", 1)).Ok(2, 10, ReadValue("x", 1), Write("y", 2)).Ok(2, 10, ReadValue("y", 1), Write("x", 2)),
        AnomalyKind.G2);

    [Fact]
    public void And_G2_in_real_time_where_time_alone_tells_the_order_of_versions() => Expect(
        h => h.Ok(0, 1, Write("x", 1)).Ok(0, 1, Write("y", 1)).Ok(2, 10, ReadValue("x", 1), Write("y", 2)).Ok(2, 10, ReadValue("y", 1), Write("x", 2)),
        AnomalyKind.G2RealTime);

    [Fact]
    public void A_long_fork_is_G2() => Expect(
        h => h.Ok(0, 10, Write("x", 1)).Ok(0, 10, Write("y", 1)).Ok(0, 10, ReadValue("x", 1), Read("y")).Ok(0, 10, Read("x"), ReadValue("y", 1)),
        AnomalyKind.G2);

    [Fact]
    public void So_is_one_among_registers_that_are_written_once_each_and_read_together() => Expect(
        h => Written(h)
            .Ok(0, 40, ReadValue("x", 1), Read("y"), ReadValue("z", 1), Read("v"))
            .Ok(0, 40, Read("x"), ReadValue("y", 1), ReadValue("z", 1), Read("v"))
            .Ok(0, 40, ReadValue("x", 1), ReadValue("y", 1), ReadValue("z", 1), Read("v")),
        AnomalyKind.G2);

    [Fact]
    public void Readers_of_such_registers_who_see_the_writes_in_one_order_are_accepted() => Expect(
        h => Written(h)
            .Ok(0, 40, Read("x"), Read("y"), ReadValue("z", 1), Read("v"))
            .Ok(0, 40, Read("x"), ReadValue("y", 1), ReadValue("z", 1), Read("v"))
            .Ok(0, 40, ReadValue("x", 1), ReadValue("y", 1), ReadValue("z", 1), Read("v"))
            .Ok(0, 40, ReadValue("x", 1), ReadValue("y", 1), ReadValue("z", 1), ReadValue("v", 1)));

    [Fact]
    public void A_lost_update_is_named_and_shown_as_a_cycle() => Expect(
        h => h.Ok(0, 1, Write("x", 1)).Ok(2, 10, ReadValue("x", 1), Write("x", 2)).Ok(2, 10, ReadValue("x", 1), Write("x", 3)),
        AnomalyKind.LostUpdate,
        AnomalyKind.G2);

    [Fact]
    public void Two_creations_of_one_absent_key_are_a_lost_update() => Expect(
        h => h.Ok(0, 10, Read("x"), Write("x", 2)).Ok(0, 10, Read("x"), Write("x", 3)),
        AnomalyKind.LostUpdate,
        AnomalyKind.G2);

    [Fact]
    public void Updates_that_turn_in_a_circle_are_G0_or_worse() => Expect(
        h => h.Ok(0, 10, ReadValue("x", 2), Write("x", 1)).Ok(0, 10, ReadValue("x", 1), Write("x", 2)), AnomalyKind.G0);

    [Fact]
    public void A_read_of_a_failed_write_is_G1a() => Expect(h => h.Failed(0, 1, Write("x", 1)).Ok(2, 3, ReadValue("x", 1)), AnomalyKind.AbortedRead);

    [Fact]
    public void A_read_of_a_value_that_its_transaction_overwrote_is_G1b() =>
        Expect(h => h.Ok(0, 10, Write("x", 1), Write("x", 2)).Ok(0, 10, ReadValue("x", 1)), AnomalyKind.IntermediateRead);

    [Fact]
    public void Two_transactions_that_each_read_the_others_write_are_G1c() =>
        Expect(h => h.Ok(0, 10, Write("x", 1), ReadValue("y", 1)).Ok(0, 10, Write("y", 1), ReadValue("x", 1)), AnomalyKind.G1c);

    [Fact]
    public void Read_skew_is_G_single() =>
        Expect(h => h.Ok(0, 10, Write("x", 1), Write("y", 1)).Ok(0, 10, ReadValue("x", 1), Read("y")), AnomalyKind.GSingle);

    [Fact]
    public void A_read_of_one_half_of_each_of_two_transactions_is_rejected_though_nobody_read_before_writing() => Expect(
        h => h.Ok(0, 10, Write("x", 1), Write("y", 1)).Ok(0, 10, Write("x", 2), Write("y", 2)).Ok(0, 10, ReadValue("x", 1), ReadValue("y", 2)),
        AnomalyKind.G0);

    [Fact]
    public void A_read_of_a_version_that_a_transaction_overwrote_which_saw_its_writer_is_rejected() => Expect(
        h => h.Ok(0, 10, Write("x", 1), Write("y", 1)).Ok(0, 10, ReadValue("y", 1), Write("x", 2), Write("z", 2)).Ok(0, 10, ReadValue("x", 1), ReadValue("z", 2)),
        AnomalyKind.G0);

    [Fact]
    public void A_lost_acknowledged_write_is_G_single_in_real_time() =>
        Expect(h => h.Ok(0, 1, Write("x", 1)).Ok(2, 3, Read("x")), AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_stale_read_is_G_single_in_real_time() =>
        Expect(h => h.Ok(0, 1, Write("x", 1)).Ok(2, 3, Write("x", 2)).Ok(4, 5, ReadValue("x", 1)), AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_stale_read_many_versions_behind_is_too() => Expect(
        h => h.Ok(0, 1, Write("x", 1)).Ok(2, 3, Write("x", 2)).Ok(4, 5, Write("x", 3)).Ok(4, 6, Write("x", 4)).Ok(7, 8, Write("x", 5)).Ok(9, 10, ReadValue("x", 1)),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void Reads_that_go_back_are_rejected_though_the_writes_overlap() => Expect(
        h => h.Ok(0, 100, Write("x", 1)).Ok(0, 100, Write("x", 2)).Ok(1, 2, ReadValue("x", 1)).Ok(3, 4, ReadValue("x", 2)).Ok(5, 6, ReadValue("x", 1)),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_stale_read_is_found_though_only_that_read_tells_the_order_of_the_writes() => Expect(
        h => h.Ok(0, 100, Write("x", 2), Write("y", 2))
            .Ok(0, 100, ReadValue("y", 2), Write("z", 3))
            .Ok(0, 5, ReadValue("z", 3), Write("x", 1))
            .Ok(6, 7, ReadValue("x", 2)),
        AnomalyKind.G1cRealTime);

    [Fact]
    public void Of_writes_that_overlap_each_is_newer_than_one_that_had_returned_before() => Expect(
        h => h.Ok(0, 1, Write("x", 1))
            .Ok(2, 50, Write("x", 2))
            .Ok(2, 100, Write("x", 3), Write("y", 3))
            .Ok(2, 100, ReadValue("y", 3), Write("z", 4))
            .Ok(2, 100, ReadValue("z", 4), ReadValue("x", 1)),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_read_of_absence_after_the_value_was_seen_is_rejected() => Expect(
        h => h.Unknown(0, Write("x", 1)).Ok(1, 2, ReadValue("x", 1)).Ok(3, 4, Read("x")), AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_read_before_the_write_was_called_is_G1c_in_real_time() =>
        Expect(h => h.Ok(0, 1, ReadValue("x", 1)).Ok(2, 3, Write("x", 1)), AnomalyKind.G1cRealTime);

    [Fact]
    public void A_transaction_that_does_not_see_its_own_write_is_internal() =>
        Expect(h => h.Ok(0, 1, Write("x", 1), Read("x")), AnomalyKind.Internal);

    [Fact]
    public void A_transaction_whose_second_read_differs_is_internal() =>
        Expect(h => h.Ok(0, 10, Read("x"), ReadValue("x", 1)).Ok(0, 10, Write("x", 1)), AnomalyKind.Internal);

    [Fact]
    public void A_transaction_that_sees_its_write_before_it_makes_it_is_internal() =>
        Expect(h => h.Ok(0, 1, ReadValue("x", 1), Write("x", 1)), AnomalyKind.Internal);

    [Fact]
    public void A_value_that_nobody_wrote_is_rejected() => Expect(h => h.Ok(0, 1, ReadValue("x", 7)), AnomalyKind.GarbageRead);

    [Fact]
    public void A_history_that_writes_a_value_twice_is_rejected() =>
        Expect(h => h.Ok(0, 1, Write("x", 1)).Ok(2, 3, Write("x", 1)), AnomalyKind.DuplicateWrite);

    [Fact]
    public void Good_histories_are_accepted()
    {
        Expect(h => h);
        Expect(h => h.Ok(0, 1, Read("x"), Write("x", 1), ReadValue("x", 1), Write("x", 2)).Ok(2, 3, ReadValue("x", 2), Write("x", 3)));
        Expect(h => h.Ok(0, 10, Write("x", 1)).Ok(0, 10, Write("x", 2)).Ok(3, 4, ReadValue("x", 2)).Ok(5, 6, ReadValue("x", 1)));
        Expect(h => h.Ok(0, 5, Write("x", 1)).Ok(5, 6, Read("x")));
        Expect(h => h.Ok(0, 1, Write("x", 1)).Unknown(2, Write("x", 2), Write("y", 2)).Ok(3, 4, ReadValue("x", 1)).Ok(5, 6, ReadValue("x", 2), ReadValue("y", 2)));
        Expect(h => h.Failed(0, 1, Write("x", 1)).Unknown(0, ReadValue("y", 5)).Ok(2, 3, Read("x")));
    }

    [Fact]
    public void A_cycle_is_told_with_its_reasons()
    {
        var history = new TransactionHistoryBuilder().Ok(0, 1, Write("x", 1)).Ok(2, 3, Write("x", 2)).Ok(4, 5, ReadValue("x", 1)).History;
        var anomaly = Assert.Single(RegisterChecker.Check(history).Anomalies);
        Assert.Equal(
            """
            G-single-realtime:
              T1 = process 1 [2, 3] ok: [:w x 2]
              T2 = process 2 [4, 5] ok: [:r x 1]
              T1 -rt-> T2: T1 returned at 3, before T2 was called at 4
              T2 -rw-> T1: T2 read key x as of 1; T1 wrote 2 to key x, which came after 1: T0, which saw 1, returned at 1, before T1, which saw 2, was called at 2
            """,
            anomaly.Explanation);
    }

    [Fact]
    public void What_is_no_history_of_registers_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Check(h => h.Ok(0, 1, Append("x", 1))));
        Assert.Throws<ArgumentException>(() => Check(h => h.Ok(0, 1, ReadList("x", 1))));
    }

    private static TransactionHistoryBuilder Written(TransactionHistoryBuilder history) =>
        history.Ok(0, 40, Write("x", 1)).Ok(0, 40, Write("y", 1)).Ok(0, 40, Write("z", 1)).Unknown(0, Write("v", 1));

    private static TransactionReport Check(Func<TransactionHistoryBuilder, TransactionHistoryBuilder> build) =>
        RegisterChecker.Check(build(new TransactionHistoryBuilder()).History);

    private static void Expect(Func<TransactionHistoryBuilder, TransactionHistoryBuilder> build, params AnomalyKind[] kinds) =>
        TransactionHistoryBuilder.Expect(Check(build), kinds);
}
