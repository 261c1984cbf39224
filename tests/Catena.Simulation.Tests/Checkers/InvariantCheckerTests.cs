using Catena.Core.Primitives;
using Catena.Simulation.Checkers;

namespace Catena.Simulation.Tests.Checkers;

public sealed class InvariantCheckerTests
{
    private readonly InvariantChecker _checker = new();
    private readonly FakeReplica _one = new(1) { Role = ReplicaRole.First, Serving = true };
    private readonly FakeReplica _two = new(2);
    private readonly FakeReplica _three = new(3);

    private FakeReplica[] All => [_one, _two, _three];

    [Fact]
    public void Replication_in_order_is_accepted()
    {
        for (ulong body = 1; body <= 100; body++)
        {
            foreach (var replica in All)
            {
                replica.Append(1, body);
                Assert.Null(_checker.Check(All));
            }

            foreach (var replica in All)
            {
                replica.CommittedCount++;
                Assert.Null(_checker.Check(All));
                replica.AppliedCount++;
                Assert.Null(_checker.Check(All));
            }
        }

        Assert.Equal(100, _checker.CommittedCount(default));
    }

    [Fact]
    public void Two_first_members_in_one_epoch_are_found()
    {
        _two.Role = ReplicaRole.First;
        Expect("one first member");
    }

    [Fact]
    public void Two_first_members_in_one_epoch_one_after_the_other_are_found()
    {
        Fine();
        _one.Role = ReplicaRole.Member;
        Fine();
        _two.Role = ReplicaRole.First;
        Expect("one first member");
    }

    [Fact]
    public void A_first_member_that_resumes_its_epoch_after_a_restart_is_found()
    {
        Fine();
        _one.Incarnation = 2;
        Expect("one first member");
    }

    [Fact]
    public void First_members_of_different_epochs_are_accepted()
    {
        Fine();
        _two.Epoch = new Epoch(2);
        _two.Role = ReplicaRole.First;
        Fine();
    }

    [Fact]
    public void An_epoch_that_falls_is_found_even_over_a_restart()
    {
        _two.Epoch = new Epoch(3);
        Fine();
        _two.Epoch = new Epoch(2);
        _two.Incarnation = 2;
        Expect("epochs");
    }

    [Fact]
    public void Applying_before_committing_is_found()
    {
        _two.Append(1, 1);
        _two.AppliedCount = 1;
        Expect("watermarks");
    }

    [Fact]
    public void Committing_what_is_not_durable_is_found()
    {
        _two.Append(1, 1, durable: false);
        _two.CommittedCount = 1;
        _two.DurableCount = 0;
        Expect("watermarks");
    }

    [Fact]
    public void A_committed_watermark_that_falls_is_found_unless_the_process_is_new()
    {
        Replicate(3);
        Fine();
        _two.CommittedCount = 1;
        _two.AppliedCount = 1;
        _two.Incarnation = 2;
        Fine();
        _two.CommittedCount = 3;
        Fine();
        _two.CommittedCount = 2;
        Expect("watermarks");
    }

    [Fact]
    public void Different_entries_committed_at_one_sequence_are_found()
    {
        Replicate(2);
        Fine();
        _one.Serving = false;
        _one.Append(1, 7);
        _two.Append(1, 8);
        _three.Append(1, 8);
        _two.CommittedCount = 3;
        Fine();
        _one.CommittedCount = 3;
        Expect("prefix agreement");
    }

    [Fact]
    public void What_a_member_calls_committed_must_be_durable_on_the_others_too()
    {
        Replicate(2);
        Fine();
        _one.Append(1, 7);
        _two.Append(1, 7);
        _two.CommittedCount = 3;
        Expect("durability");
    }

    [Fact]
    public void An_entry_of_another_epoch_at_a_committed_sequence_is_found()
    {
        Replicate(2);
        Fine();
        _one.Serving = false;
        _one.Append(1, 7);
        _two.Role = ReplicaRole.None;
        _two.Append(2, 7);
        _two.CommittedCount = 3;
        Fine();
        _three.Append(1, 7);
        _three.CommittedCount = 3;
        Expect("prefix agreement");
    }

    [Fact]
    public void An_entry_changed_after_it_was_committed_is_found_after_a_restart()
    {
        Replicate(5);
        Fine();
        _two.Incarnation = 2;
        _two.Log[1] = _two.Log[1] with { Body = 99 };
        Expect("prefix agreement");
    }

    [Fact]
    public void Committing_before_a_member_has_it_is_found()
    {
        Replicate(2);
        Fine();
        _one.Append(1, 3);
        _two.Append(1, 3);
        _one.CommittedCount = 3;
        Expect("durability");
    }

    [Fact]
    public void A_learner_that_lags_is_accepted()
    {
        _one.Members = [_one.Node, _two.Node];
        _one.Append(1, 1);
        _two.Append(1, 1);
        _one.CommittedCount = 1;
        _three.Role = ReplicaRole.Learner;
        Fine();
    }

    [Fact]
    public void A_new_first_member_that_lacks_a_committed_entry_is_found_once_it_serves()
    {
        Replicate(3);
        Fine();
        _two.Truncate(2);
        _two.CommittedCount = 2;
        _two.AppliedCount = 2;
        _two.Incarnation = 2;
        _two.Epoch = new Epoch(2);
        _two.Role = ReplicaRole.First;
        Fine();
        _two.Serving = true;
        Expect("nothing is lost");
    }

    [Fact]
    public void A_deposed_first_member_need_not_hold_what_a_newer_epoch_committed()
    {
        Replicate(3);
        Fine();
        foreach (var replica in new[] { _two, _three })
        {
            replica.Epoch = new Epoch(2);
            replica.Members = [_two.Node, _three.Node];
            replica.Append(2, 4);
            replica.CommittedCount = 4;
        }

        Fine();
    }

    [Fact]
    public void A_hole_in_the_committed_log_is_found_and_a_log_that_begins_after_a_snapshot_is_not()
    {
        Replicate(10);
        _two.FirstSequence = 6;
        Fine();
        var lying = new LyingReplica(_three);
        Assert.Equal("nothing is lost", _checker.Check([_one, _two, lying])?.Rule);
    }

    [Fact]
    public void A_forgotten_replica_may_begin_anew()
    {
        Replicate(3);
        Fine();
        _checker.Forget(default, _two.Node);
        _two.Epoch = Epoch.None;
        _two.Truncate(0);
        _two.CommittedCount = 0;
        _two.AppliedCount = 0;
        Fine();
    }

    [Fact]
    public void Replicas_at_rest_must_be_equal()
    {
        Replicate(3);
        Assert.Null(InvariantChecker.CheckConverged(All));
        _two.StateDigest = 1;
        Assert.Equal("convergence", InvariantChecker.CheckConverged(All)?.Rule);
        _two.StateDigest = 0;
        _two.AppliedCount = 2;
        Assert.Equal("convergence", InvariantChecker.CheckConverged(All)?.Rule);
    }

    private void Replicate(int entries)
    {
        foreach (var replica in All)
        {
            for (var body = 1; body <= entries; body++)
            {
                replica.Append(1, (ulong)body);
            }

            replica.CommittedCount = entries;
            replica.AppliedCount = entries;
        }
    }

    private void Fine() => Assert.Null(_checker.Check(All));

    private void Expect(string rule) => Assert.Equal(rule, _checker.Check(All)?.Rule);
}
