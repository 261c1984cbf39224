using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Checkers;

public sealed class LinearizabilityCheckerTests
{
    [Fact]
    public void A_stale_read_is_rejected() => Reject(h => h.Put(0, 1, "a").Put(2, 3, "b").Get(4, 5, "a"));

    [Fact]
    public void A_read_that_goes_back_is_rejected_though_the_write_is_still_under_way() =>
        Reject(h => h.Put(0, 1, "a").Put(2, 20, "b").Get(3, 5, "b").Get(6, 8, "a"));

    [Fact]
    public void A_lost_update_is_rejected() => Reject(h => h.Increment(0, 1, 1, "1").Increment(2, 4, 1, "2").Increment(3, 5, 1, "2"));

    [Fact]
    public void A_lost_acknowledged_write_is_rejected() => Reject(h => h.Put(0, 1, "a").Get(2, 3, null));

    [Fact]
    public void A_read_of_a_value_that_was_never_written_is_rejected() => Reject(h => h.Put(0, 1, "a").Get(0, 5, "b"));

    [Fact]
    public void A_read_before_the_write_began_is_rejected() => Reject(h => h.Get(0, 1, "a").Put(2, 3, "a"));

    [Fact]
    public void A_resurrected_value_is_rejected() => Reject(h => h.Put(0, 1, "a").Delete(2, 3).Get(4, 5, null).Get(6, 7, "a"));

    [Fact]
    public void A_failed_write_that_is_seen_is_rejected() => Reject(h => h.Failed(0, 1, RegisterCommand.Put("a")).Get(2, 3, "a"));

    [Fact]
    public void An_unknown_write_that_happens_twice_is_rejected() =>
        Reject(h => h.Unknown(0, RegisterCommand.Put("a")).Get(1, 2, "a").Put(3, 4, "b").Get(5, 6, "a"));

    [Fact]
    public void An_unknown_increment_that_counts_twice_is_rejected() =>
        Reject(h => h.Unknown(0, RegisterCommand.Increment(1)).Get(1, 2, "1").Get(3, 4, "2"));

    [Fact]
    public void An_unknown_write_seen_before_its_call_is_rejected() => Reject(h => h.Get(0, 1, "a").Unknown(2, RegisterCommand.Put("a")));

    [Fact]
    public void Two_reads_that_see_two_writes_in_opposite_orders_are_rejected() =>
        Reject(h => h.Put(0, 10, "a").Put(0, 10, "b").Get(1, 3, "a").Get(4, 5, "b").Get(6, 7, "a"));

    [Fact]
    public void Two_compare_and_sets_on_one_version_are_rejected() =>
        Reject(h => h.Put(0, 1, "a", 1).Cas(2, 5, 1, "b", applied: true).Cas(2, 5, 1, "c", applied: true));

    [Fact]
    public void A_compare_and_set_refused_although_the_version_was_right_is_rejected() =>
        Reject(h => h.Put(0, 1, "a", 1).Cas(2, 3, 1, "b", applied: false));

    [Fact]
    public void A_creation_refused_although_the_key_was_absent_is_rejected() => Reject(h => h.Cas(0, 1, null, "b", applied: false));

    [Fact]
    public void A_version_that_goes_back_is_rejected() => Reject(h => h.Put(0, 1, "a", 5).Put(2, 3, "b", 4));

    [Fact]
    public void A_version_reused_after_a_deletion_is_rejected() => Reject(h => h.Put(0, 1, "a", 5).Delete(2, 3).Put(4, 5, "b", 5));

    [Fact]
    public void Two_versions_of_one_write_are_rejected() => Reject(h => h.Put(0, 1, "a").Get(2, 3, "a", 1).Get(4, 5, "a", 2));

    [Fact]
    public void Appends_out_of_order_are_rejected() => Reject(h => h.Append(0, 1, "a", null).Append(2, 3, "b", null).Get(4, 5, "ba"));

    [Fact]
    public void An_append_that_reports_what_was_not_there_is_rejected() => Reject(h => h.Append(0, 1, "a", "a").Append(2, 3, "b", "b"));

    [Fact]
    public void A_delete_that_found_nothing_although_there_was_something_is_rejected() => Reject(h => h.Put(0, 1, "a").Delete(2, 3, found: false));

    [Fact]
    public void An_increment_refused_although_it_was_a_number_is_rejected() => Reject(h => h.Put(0, 1, "5").Increment(2, 3, 1, null));

    [Fact]
    public void The_empty_history_is_accepted() => Accept(h => h);

    [Fact]
    public void Overlapping_writes_may_happen_in_either_order() =>
        Accept(h => h.Put(0, 10, "a").Put(0, 10, "b").Get(11, 12, "a").Get(13, 14, "a"));

    [Fact]
    public void A_read_during_a_write_may_see_it_or_not() => Accept(h => h.Put(0, 1, "a").Put(2, 20, "b").Get(3, 5, "a").Get(6, 8, "b"));

    [Fact]
    public void An_unknown_write_may_never_happen() => Accept(h => h.Put(0, 1, "a").Unknown(2, RegisterCommand.Put("b")).Get(10, 11, "a"));

    [Fact]
    public void An_unknown_write_may_happen_much_later() =>
        Accept(h => h.Put(0, 1, "a").Unknown(2, RegisterCommand.Put("b")).Get(10, 11, "a").Put(12, 13, "c").Get(14, 15, "b"));

    [Fact]
    public void Unknown_deletes_and_appends_may_explain_a_value() => Accept(h => h
        .Put(0, 1, "old")
        .Unknown(2, RegisterCommand.Append("c"))
        .Unknown(2, RegisterCommand.Append("a"))
        .Unknown(2, RegisterCommand.Append("b"))
        .Unknown(3, RegisterCommand.Delete)
        .Get(10, 11, "abc"));

    [Fact]
    public void An_unknown_compare_and_set_may_explain_a_value() =>
        Accept(h => h.Put(0, 1, "a", 1).Unknown(2, RegisterCommand.CompareAndSet(HistoryBuilder.Version(1), "b")).Get(3, 4, "a", 1).Get(5, 6, "b", 2));

    [Fact]
    public void An_unknown_write_between_makes_a_refusal_right() =>
        Accept(h => h.Put(0, 1, "a", 1).Unknown(2, RegisterCommand.Put("b")).Cas(3, 4, 1, "c", applied: false).Get(5, 6, "b", 2));

    [Fact]
    public void A_failed_write_that_nobody_sees_is_accepted() => Accept(h => h.Failed(0, 1, RegisterCommand.Put("a")).Get(2, 3, null));

    [Fact]
    public void Operations_that_meet_at_one_moment_count_as_overlapping() => Accept(h => h.Put(0, 5, "a").Get(5, 6, null));

    [Fact]
    public void Equal_values_by_different_writers_do_not_confuse_it() =>
        Accept(h => h.Put(0, 1, "a").Put(2, 9, "a").Put(3, 9, "b").Get(10, 11, "a").Get(12, 13, "a"));

    [Fact]
    public void Keys_are_judged_by_themselves_and_the_worst_decides()
    {
        var good = new HistoryBuilder().Put(0, 1, "a").Get(2, 3, "a").Operations.Select(operation => operation with { Key = "good" });
        var bad = new HistoryBuilder().Put(0, 1, "a").Get(2, 3, "b").Operations.Select(operation => operation with { Key = "bad" });
        var report = new LinearizabilityChecker().Check(good.Concat(bad));
        Assert.Equal(Verdict.Violation, report.Verdict);
        Assert.Equal([("bad", Verdict.Violation), ("good", Verdict.Linearizable)], report.Keys.Select(key => (key.Key, key.Verdict)));
        Assert.Contains("get -> b", report.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_runs_out_of_steps_is_undecided_and_no_success()
    {
        var history = new HistoryBuilder();
        for (var number = 0; number < 12; number++)
        {
            history.Put(0, 100, $"v{number}");
        }

        history.Get(101, 102, "never");
        var report = new LinearizabilityChecker(stepLimit: 100).Check(history.Operations);
        Assert.Equal(Verdict.OutOfSteps, report.Verdict);
        Assert.Contains("undecided after 100 steps", report.Explanation, StringComparison.Ordinal);
    }

    private static void Reject(Func<HistoryBuilder, HistoryBuilder> build) => Check(build, Verdict.Violation);

    private static void Accept(Func<HistoryBuilder, HistoryBuilder> build) => Check(build, Verdict.Linearizable);

    private static void Check(Func<HistoryBuilder, HistoryBuilder> build, Verdict expected)
    {
        var history = build(new HistoryBuilder()).Operations;
        var report = new LinearizabilityChecker().Check(history);
        Assert.True(expected == report.Verdict, $"{report.Verdict}\n{report.Explanation}");
        Assert.Equal(expected != Verdict.Violation, BruteForce.IsLinearizable(history));
    }
}
