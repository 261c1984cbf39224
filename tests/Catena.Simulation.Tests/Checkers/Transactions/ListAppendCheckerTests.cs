using Catena.Simulation.Checkers.Transactions;
using Catena.Simulation.Histories;
using static Catena.Simulation.Histories.MicroOperation;

namespace Catena.Simulation.Tests.Checkers.Transactions;

public sealed class ListAppendCheckerTests
{
    [Fact]
    public void Writes_of_two_transactions_that_are_interleaved_are_G0() => Expect(
        h => h.Ok(0, 10, Append("x", 1), Append("y", 1)).Ok(0, 10, Append("x", 2), Append("y", 2)).Ok(11, 12, ReadList("x", 1, 2), ReadList("y", 2, 1)),
        AnomalyKind.G0);

    [Fact]
    public void Writes_to_one_key_around_another_transactions_write_are_G0() => Expect(
        h => h.Ok(0, 10, Append("x", 1), Append("x", 3)).Ok(0, 10, Append("x", 2)).Ok(11, 12, ReadList("x", 1, 2, 3)),
        AnomalyKind.G0);

    [Fact]
    public void A_read_of_a_failed_append_is_G1a() =>
        Expect(h => h.Failed(0, 1, Append("x", 1)).Ok(2, 3, ReadList("x", 1)).Ok(4, 5, ReadList("x", 1)), AnomalyKind.AbortedRead);

    [Fact]
    public void A_read_between_two_appends_of_a_transaction_is_G1b() => Expect(
        h => h.Ok(0, 10, Append("x", 1), Append("x", 2)).Ok(0, 10, ReadList("x", 1)).Ok(11, 12, ReadList("x", 1, 2)),
        AnomalyKind.IntermediateRead,
        AnomalyKind.GSingle);

    [Fact]
    public void Two_transactions_that_each_read_the_others_append_are_G1c() => Expect(
        h => h.Ok(0, 10, Append("x", 1), ReadList("y", 1)).Ok(0, 10, Append("y", 1), ReadList("x", 1)),
        AnomalyKind.G1c);

    [Fact]
    public void Read_skew_is_G_single() => Expect(
        h => h.Ok(0, 10, Append("x", 1), Append("y", 1)).Ok(0, 10, ReadList("x", 1), ReadList("y")).Ok(11, 12, ReadList("y", 1)),
        AnomalyKind.GSingle);

    [Fact]
    public void Read_skew_is_found_though_nobody_read_the_other_append() =>
        Expect(h => h.Ok(0, 10, Append("x", 1), Append("y", 1)).Ok(0, 10, ReadList("x", 1), ReadList("y")), AnomalyKind.GSingle);

    [Fact]
    public void A_lost_update_is_named_and_shown_as_a_cycle() => Expect(
        h => h.Ok(0, 10, ReadList("x"), Append("x", 1)).Ok(0, 10, ReadList("x"), Append("x", 2)).Ok(11, 12, ReadList("x", 1, 2)),
        AnomalyKind.LostUpdate,
        AnomalyKind.GSingle);

    [Fact]
    public void Write_skew_over_absent_keys_is_G2() => Expect(
        h => h.Ok(0, 10, ReadList("x"), Append("y", 1)).Ok(0, 10, Read("y"), Append("x", 1)).Ok(11, 12, ReadList("x", 1), ReadList("y", 1)),
        AnomalyKind.G2);

    [Fact]
    public void A_long_fork_is_G2() => Expect(
        h => h.Ok(0, 10, Append("x", 1)).Ok(0, 10, Append("y", 1)).Ok(0, 10, ReadList("x", 1), ReadList("y")).Ok(0, 10, ReadList("x"), ReadList("y", 1)),
        AnomalyKind.G2);

    [Fact]
    public void A_lost_acknowledged_append_is_G_single_in_real_time() =>
        Expect(h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, ReadList("x")), AnomalyKind.GSingleRealTime);

    [Fact]
    public void So_is_one_that_is_missing_in_a_list_that_went_on() => Expect(
        h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, Append("x", 2)).Ok(4, 5, Append("x", 3)).Ok(6, 7, ReadList("x", 1, 3)),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void And_one_of_a_transaction_whose_other_append_is_there() => Expect(
        h => h.Ok(0, 1, Append("x", 1), Append("y", 1)).Ok(2, 3, ReadList("x", 1)).Ok(4, 5, ReadList("y")),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void And_one_that_only_a_transaction_that_appends_itself_misses() => Expect(
        h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, Append("x", 2), ReadList("x", 2)),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_stale_read_of_an_acknowledged_append_is_G_single_in_real_time() => Expect(
        h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, Append("x", 2)).Ok(4, 5, ReadList("x", 1)).Ok(6, 7, ReadList("x", 1, 2)),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void Appends_in_the_wrong_order_of_time_are_G0_in_real_time() => Expect(
        h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, Append("x", 2)).Ok(4, 5, ReadList("x", 2, 1)),
        AnomalyKind.G0RealTime);

    [Fact]
    public void A_read_before_the_append_was_called_is_G1c_in_real_time() =>
        Expect(h => h.Ok(0, 1, ReadList("x", 1)).Ok(2, 3, Append("x", 1)), AnomalyKind.G1cRealTime);

    [Fact]
    public void That_is_so_for_an_append_of_unknown_outcome_too() =>
        Expect(h => h.Ok(0, 1, ReadList("x", 1)).Unknown(2, Append("x", 1)), AnomalyKind.G1cRealTime);

    [Fact]
    public void A_long_fork_is_told_without_time_though_one_reader_returned_before_the_other() => Expect(
        h => h.Ok(0, 20, Append("x", 1)).Ok(0, 20, Append("y", 1)).Ok(1, 3, ReadList("x", 1), ReadList("y")).Ok(4, 6, ReadList("x"), ReadList("y", 1)),
        AnomalyKind.G2);

    [Fact]
    public void Two_appends_seen_in_the_order_that_time_forbids_are_G2_in_real_time() => Expect(
        h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, ReadList("y")).Ok(0, 30, Append("y", 1)).Ok(0, 30, ReadList("x"), ReadList("y", 1)),
        AnomalyKind.G2RealTime);

    [Fact]
    public void Transactions_of_one_process_follow_each_other_though_their_times_touch() => Expect(
        h => h.OkOf(1, 0, 5, Append("x", 1)).OkOf(1, 5, 6, ReadList("x")),
        AnomalyKind.GSingleRealTime);

    [Fact]
    public void A_transaction_that_does_not_see_its_own_append_is_internal() =>
        Expect(h => h.Ok(0, 1, Append("x", 1), ReadList("x")), AnomalyKind.Internal);

    [Fact]
    public void A_transaction_whose_second_read_differs_is_internal() => Expect(
        h => h.Ok(0, 10, ReadList("x"), ReadList("x", 1)).Ok(0, 10, Append("x", 1)),
        AnomalyKind.Internal);

    [Fact]
    public void A_transaction_that_sees_its_append_before_it_makes_it_is_internal() =>
        Expect(h => h.Ok(0, 1, ReadList("x", 1), Append("x", 1)), AnomalyKind.Internal);

    [Fact]
    public void Lists_that_contradict_each_other_are_rejected() => Expect(
        h => h.Ok(0, 10, Append("x", 1)).Ok(0, 10, Append("x", 2)).Ok(0, 10, ReadList("x", 1, 2)).Ok(0, 10, ReadList("x", 2)),
        AnomalyKind.IncompatibleOrder);

    [Fact]
    public void A_value_that_is_twice_in_a_list_is_rejected() =>
        Expect(h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, ReadList("x", 1, 1)), AnomalyKind.DuplicateElements);

    [Fact]
    public void A_value_that_nobody_appended_is_rejected() => Expect(h => h.Ok(0, 1, ReadList("x", 7)), AnomalyKind.GarbageRead);

    [Fact]
    public void A_history_that_appends_a_value_twice_is_rejected() =>
        Expect(h => h.Ok(0, 1, Append("x", 1)).Failed(2, 3, Append("x", 1)), AnomalyKind.DuplicateWrite);

    [Fact]
    public void The_empty_history_is_accepted_and_has_shown_nothing()
    {
        Expect(h => h);
        Assert.Equal(0, ListAppendChecker.Check([]).Checked);
    }

    [Fact]
    public void Overlapping_transactions_may_happen_in_either_order() => Expect(
        h => h.Ok(0, 10, Append("x", 1), Append("y", 1)).Ok(0, 10, Append("x", 2), Append("y", 2)).Ok(5, 9, ReadList("x")).Ok(5, 12, ReadList("x", 2, 1), ReadList("y", 2, 1)));

    [Fact]
    public void Times_that_touch_count_as_overlapping() => Expect(h => h.Ok(0, 5, Append("x", 1)).Ok(5, 6, ReadList("x")));

    [Fact]
    public void A_transaction_of_unknown_outcome_may_never_happen() => Expect(
        h => h.Unknown(0, Append("x", 1), Append("y", 1)).Ok(2, 3, ReadList("x")).Ok(4, 5, Append("x", 2)).Ok(6, 7, ReadList("x", 2)));

    [Fact]
    public void It_may_happen_late() => Expect(
        h => h.Unknown(0, Append("x", 1), Append("y", 1)).Ok(2, 3, ReadList("x")).Ok(4, 5, ReadList("x", 1), ReadList("y", 1)));

    [Fact]
    public void But_it_happens_as_a_whole() => Expect(
        h => h.Unknown(0, Append("x", 1), Append("y", 1)).Ok(2, 3, ReadList("x", 1), ReadList("y")), AnomalyKind.GSingle);

    [Fact]
    public void What_reads_of_unknown_outcome_say_does_not_count() => Expect(h => h.Unknown(0, ReadList("x", 7)).Failed(0, 1, ReadList("x", 8)));

    [Fact]
    public void Own_appends_are_seen_at_the_end() => Expect(
        h => h.Ok(0, 1, Append("x", 1)).Ok(2, 3, Append("x", 2), ReadList("x", 1, 2), Append("x", 3), ReadList("x", 1, 2, 3)).Ok(4, 5, ReadList("x", 1, 2, 3)));

    [Fact]
    public void A_transaction_may_read_and_append_what_nobody_reads() => Expect(
        h => h.Ok(0, 1, ReadList("x"), Append("x", 1)).Ok(2, 3, Append("y", 1)).Ok(4, 5, Read("z"), Append("z", 1), Append("z", 2)));

    [Fact]
    public void A_cycle_is_told_with_its_reasons()
    {
        var history = new TransactionHistoryBuilder().Ok(0, 1, Append("x", 1)).Ok(2, 3, ReadList("x")).History;
        var anomaly = Assert.Single(ListAppendChecker.Check(history).Anomalies);
        Assert.Equal(history, anomaly.Transactions);
        Assert.Equal(
            """
            G-single-realtime:
              T0 = process 0 [0, 1] ok: [:append x 1]
              T1 = process 1 [2, 3] ok: [:r x []]
              T0 -rt-> T1: T0 returned at 1, before T1 was called at 2
              T1 -rw-> T0: T1 read key x as of nothing; T0 appended 1 to key x, which is not in the longest list read, whose end is nothing
            """,
            anomaly.Explanation);
    }

    [Fact]
    public void What_is_no_history_of_lists_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Check(h => h.Ok(0, 1, Write("x", 1))));
        Assert.Throws<ArgumentException>(() => Check(h => h.Ok(0, 1, ReadValue("x", 1))));
        Assert.Throws<ArgumentException>(() => Check(h => h.Ok(2, 1, Append("x", 1))));
        Assert.Throws<ArgumentException>(() => ListAppendChecker.Check([new TransactionOperation(0, 0, null, Outcome.Ok, [])]));
    }

    private static TransactionReport Check(Func<TransactionHistoryBuilder, TransactionHistoryBuilder> build) =>
        ListAppendChecker.Check(build(new TransactionHistoryBuilder()).History);

    private static void Expect(Func<TransactionHistoryBuilder, TransactionHistoryBuilder> build, params AnomalyKind[] kinds) =>
        TransactionHistoryBuilder.Expect(Check(build), kinds);
}
