using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication;

/// <summary>What a replica says of itself to its host, and what it may give up.</summary>
public sealed class ReplicaTests
{
    private static readonly NodeId[] Three = [new(1), new(2), new(3)];
    private static readonly Configuration Backups = Given.Backups(1, [1, 2, 3]);

    [Fact]
    public void A_learner_says_that_it_is_one_and_a_member_does_not()
    {
        var configuration = Given.Backups(1, [1, 2], 4);
        Assert.True(LoneReplica.Following(4, configuration).Replica.Status.IsLearner);
        Assert.False(LoneReplica.Following(2, configuration).Replica.Status.IsLearner);
        Assert.False(new LoneReplica(2).Replica.Status.IsLearner);
    }

    [Fact]
    public void A_backup_reads_nothing_though_it_knows_that_all_hold_the_start_entry()
    {
        var backup = LoneReplica.Following(2, Backups);
        backup.Hear(1, Given.Append(1, "0.0", ["1.1 start"]));
        backup.Hear(1, Given.Append(1, "1.1", [], committed: 1, passed: 1));
        Assert.Equal(1UL, backup.Log.Applied);
        Assert.False(backup.Replica.IsReading);
    }

    [Fact]
    public void A_reader_reads_once_what_precedes_the_epoch_is_applied()
    {
        var primary = new LoneReplica(1, entries: ["1.1 start", "1.2 a=1"], committed: 1) { IsHostSlow = true };
        var next = Given.Backups(2, [1, 2]);
        primary.Learn(next);
        primary.Serve(next);
        Assert.False(primary.Replica.IsReading);
        primary.Log.ApplyThrough(2);
        Assert.True(primary.Replica.IsReading);
    }

    [Fact]
    public void A_reader_asks_for_leases_as_soon_as_all_hold_the_start_entry()
    {
        var primary = new LoneReplica(1);
        primary.Learn(Given.Backups(1, [1, 2]));
        primary.Hear(2, Given.Ack(1, "0.0"));
        Assert.False(primary.WantsLease);
        primary.Hear(2, Given.Through(1, 1));
        Assert.True(primary.WantsLease);
    }

    [Fact]
    public void Leases_outlast_a_change_of_epoch_as_long_as_the_reader_stays()
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2]));
        var until = Lease(primary, 2);
        Assert.Equal(until, primary.Replica.ReadableUntil);
        var next = Given.Backups(2, [1, 2], 4);
        primary.Learn(next);
        primary.Serve(next);
        Assert.Equal(until, primary.Replica.ReadableUntil);

        primary.Learn(Given.Backups(3, [2, 1]));
        var again = Given.Backups(4, [1, 2]);
        primary.Learn(again);
        primary.Serve(again);
        Assert.Equal(0, primary.Replica.ReadableUntil);
    }

    [Fact]
    public void A_lease_counts_in_the_epoch_for_which_it_was_granted()
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2]));
        var next = Given.Backups(2, [1, 2], 4);
        primary.Learn(next);
        primary.Serve(next);
        primary.Replica.LeaseGranted(new NodeId(2), new Epoch(1), primary.Now, primary.Now);
        Assert.Equal(0, primary.Replica.ReadableUntil);
    }

    [Fact]
    public void A_lease_is_granted_in_the_own_epoch_only_and_only_once_that_is_acknowledged()
    {
        var backup = new LoneReplica(2) { IsDiskSlow = true };
        backup.Learn(Backups);
        Assert.False(backup.Replica.GrantLease(Three[0], new Epoch(1), backup.Now));
        backup.IsDiskSlow = false;
        backup.Hear(1, new EpochOpen(Backups, []));
        Assert.False(backup.Replica.GrantLease(Three[0], new Epoch(2), backup.Now));
        Assert.True(backup.Replica.GrantLease(Three[0], new Epoch(1), backup.Now));
    }

    [Fact]
    public void Who_has_told_an_earlier_epoch_that_it_reads_no_more_holds_up_the_next()
    {
        // A release is the word of one epoch: a reader may be one again in the next.
        var backup = LoneReplica.Following(3, Backups);
        Assert.True(backup.Replica.GrantLease(Three[0], new Epoch(1), backup.Now));
        Assert.Single(backup.Hear(2, new EpochOpen(Given.Backups(2, [2, 3]), [Three[0]])).To<EpochAck>(2));
        Assert.Empty(backup.Hear(2, new EpochOpen(Given.Backups(3, [2, 3]), [])).To<EpochAck>(2));
        backup.Pass(backup.Options.Promise);
        Assert.Equal(new Epoch(3), backup.Hear(2, new EpochOpen(Given.Backups(3, [2, 3]), [])).Only<EpochAck>(2).Epoch);
    }

    [Fact]
    public void A_copy_may_be_lost_where_it_does_not_count()
    {
        Assert.False(new LoneReplica(4).Replica.MayLoseCopy);
        var learner = LoneReplica.Following(4, Given.Backups(1, [1], 4));
        learner.Suspected.Add(1);
        Assert.True(learner.Replica.MayLoseCopy);
    }

    [Fact]
    public void A_member_may_lose_its_copy_where_another_member_within_reach_has_one()
    {
        var backup = LoneReplica.Following(2, Backups);
        Assert.True(backup.Replica.MayLoseCopy);
        backup.Suspected.Add(1);
        Assert.True(backup.Replica.MayLoseCopy);
        backup.Hear(3, new GaveUp(new Epoch(1)));
        Assert.False(backup.Replica.MayLoseCopy);
        backup.Suspected.Clear();
        Assert.True(backup.Replica.MayLoseCopy);
    }

    [Fact]
    public void A_member_that_is_alone_or_has_proposed_to_be_may_not_lose_its_copy()
    {
        Assert.False(LoneReplica.Serving(Given.Backups(1, [1])).Replica.MayLoseCopy);
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2]), options => options with { MinInSync = 1 });
        primary.Suspected.Add(2);
        primary.Work();
        Assert.NotNull(primary.Proposal);
        primary.Suspected.Clear();
        Assert.False(primary.Replica.MayLoseCopy);
    }

    [Fact]
    public void That_a_copy_is_lost_is_kept_and_said_again_and_again()
    {
        var backup = LoneReplica.Following(2, Backups);
        backup.Restart(gaveUp: true);
        Assert.True(backup.Log.Image.Record.GaveUp);
        Assert.Equal([1, 3], backup.Pass(backup.Options.Retransmit).Receivers);
        Assert.True(backup.Pass(backup.Options.Retransmit - 1).IsEmpty);
        Assert.Equal(2, backup.Pass(1).All<GaveUp>().Count);
    }

    [Fact]
    public void One_that_gave_its_copy_up_begins_anew_as_a_learner_and_has_done_with_that()
    {
        var backup = LoneReplica.Following(2, Backups, entries: ["1.1 start"]);
        backup.Restart(gaveUp: true);
        Assert.True(backup.Replica.HasGivenUp);
        backup.Hear(1, new EpochOpen(Given.Backups(2, [1, 3], 2), []));
        Assert.False(backup.Replica.HasGivenUp);
        backup.Restart();
        Assert.False(backup.Replica.HasGivenUp);
    }

    [Fact]
    public void A_message_carries_many_entries_and_a_part_of_a_snapshot_many_keys()
    {
        string[] entries = ["1.1 start", .. Enumerable.Range(2, 50).Select(sequence => $"1.{sequence} key{sequence}=v")];
        var primary = new LoneReplica(1, options => options with { MinInSync = 1 }, entries, committed: 51);
        primary.Learn(Given.Backups(2, [1], 4, 5));
        Assert.False(primary.Hear(4, Given.Ack(2, "0.0")).Only<AppendEntries>(4).Frames.IsEmpty);
        primary.Log.LoseThrough(51);
        Assert.True(primary.Hear(5, Given.Ack(2, "0.0")).Only<SnapshotChunk>(5).IsLast);
    }

    private static long Lease(LoneReplica primary, ulong grantor)
    {
        primary.Replica.LeaseGranted(new NodeId(grantor), primary.Replica.Epoch, primary.Now, primary.Now);
        return primary.Now + primary.Options.Lease;
    }
}
