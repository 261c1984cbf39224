using System.Buffers;
using System.Text;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Flow;

/// <summary>The state as it arrives at a learner, part by part.</summary>
public sealed class InstallationTests
{
    private static readonly Epoch Second = new(2);

    [Fact]
    public void The_last_part_is_acknowledged_once_all_is_stable_and_not_before()
    {
        var learner = Learner();
        learner.IsDiskSlow = true;
        Assert.Equal(Taken(1, 0), learner.Hear(1, Chunk(1, 0, "a")).Only<SnapshotAck>(1));
        Assert.True(learner.Hear(1, Chunk(1, 1, "b", isLast: true)).IsEmpty);
        Assert.Equal(Taken(1, 1), learner.BecomeStable().Only<SnapshotAck>(1));
    }

    [Fact]
    public void Parts_count_in_their_order_and_of_one_transfer_only()
    {
        var learner = Learner();
        learner.Hear(1, Chunk(3, 0, "a"));
        Assert.True(learner.Hear(1, Chunk(3, 2, "c", isLast: true)).IsEmpty);
        Assert.True(learner.Hear(1, Chunk(2, 1, "x")).IsEmpty);
        Assert.True(learner.Hear(1, Chunk(4, 1, "x")).IsEmpty);
        Assert.Equal(Taken(3, 1), learner.Hear(1, Chunk(3, 1, "b")).Only<SnapshotAck>(1));
        Assert.Equal(Taken(3, 2), learner.Hear(1, Chunk(3, 2, "c", isLast: true)).Only<SnapshotAck>(1));
        Assert.Equal(["a", "b", "c"], learner.Log.State.Keys);
    }

    [Fact]
    public void A_part_that_comes_again_is_acknowledged_again_and_an_older_one_is_not()
    {
        var learner = Learner();
        learner.Hear(1, Chunk(1, 0, "a"));
        Assert.Equal(Taken(1, 0), learner.Hear(1, Chunk(1, 0, "a")).Only<SnapshotAck>(1));
        learner.Hear(1, Chunk(1, 1, "b"));
        Assert.True(learner.Hear(1, Chunk(1, 0, "a")).IsEmpty);
        learner.Hear(1, Chunk(1, 2, "c", isLast: true));
        Assert.Equal(["a", "b", "c"], learner.Log.State.Keys);
    }

    [Fact]
    public void A_newer_transfer_begins_anew_and_an_older_one_comes_too_late()
    {
        var learner = Learner();
        learner.Hear(1, Chunk(2, 0, "a"));
        Assert.True(learner.Hear(1, Chunk(1, 0, "x")).IsEmpty);
        Assert.Equal(Taken(3, 0), learner.Hear(1, Chunk(3, 0, "b")).Only<SnapshotAck>(1));
        learner.Hear(1, Chunk(3, 1, "c", isLast: true));
        Assert.Equal(["b", "c"], learner.Log.State.Keys);
    }

    [Fact]
    public void A_part_without_its_beginning_is_refused()
    {
        var learner = Learner();
        Assert.False(learner.Hear(1, Chunk(1, 1, "b")).Only<SnapshotAck>(1).IsTaken);
    }

    [Fact]
    public void Nothing_replaces_the_copy_of_a_member()
    {
        var backup = LoneReplica.Following(2, Given.Backups(2, [1, 2]), entries: ["1.1 start"]);
        Assert.True(backup.Hear(1, Chunk(1, 0, "a", isLast: true)).IsEmpty);
        Assert.Equal(Given.At("1.1"), backup.Log.Last);
    }

    [Fact]
    public void Nothing_replaces_a_copy_that_was_acknowledged_in_this_epoch()
    {
        var learner = Learner();
        learner.Hear(1, Given.Append(2, "0.0", ["1.1 start"]));
        Assert.True(learner.Hear(1, Chunk(1, 0, "a", isLast: true)).IsEmpty);
        Assert.Equal(Given.At("1.1"), learner.Log.Last);
    }

    [Fact]
    public void Entries_that_come_behind_half_a_state_are_not_taken()
    {
        var learner = Learner();
        learner.Hear(1, Chunk(1, 0, "a"));
        Assert.True(learner.Hear(1, Given.Append(2, "0.0", ["1.1 start"])).IsEmpty);
        Assert.True(learner.Hear(1, Given.Append(2, "1.5", ["2.6 start"])).IsEmpty);
        learner.Hear(1, Chunk(1, 1, "b", isLast: true));
        Assert.Equal(Given.At("1.5"), learner.Log.Last);
    }

    [Fact]
    public void A_state_that_becomes_stable_in_a_later_epoch_counts_as_committed_there()
    {
        var learner = Learner();
        learner.IsDiskSlow = true;
        learner.Hear(1, Chunk(1, 0, "a", isLast: true));
        learner.Hear(1, new EpochOpen(Given.Backups(3, [1, 2], 4), []));
        Assert.Equal(0UL, learner.Replica.Committed);
        learner.BecomeStable();
        Assert.Equal(5UL, learner.Replica.Committed);
    }

    [Fact]
    public void The_results_of_retried_requests_arrive_with_the_state()
    {
        var learner = Learner();
        learner.Hear(1, Chunk(1, 0, "a", isLast: true) with { Results = new byte[] { 7 } });
        Assert.Equal([7], learner.Log.Results);
    }

    private static LoneReplica Learner() => LoneReplica.Following(4, Given.Backups(2, [1, 2], 4));

    private static SnapshotAck Taken(ulong transfer, uint number) => new(Second, transfer, number, true, 1);

    /// <summary>A part with one key, of the state after entry 1.5.</summary>
    private static SnapshotChunk Chunk(ulong transfer, uint number, string key, bool isLast = false)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.WriteString(Encoding.UTF8.GetBytes(key));
        writer.WriteString("v"u8);
        writer.WriteLsn(Given.At("1.2"));
        var lineage = new EpochStart(new Epoch(1), 1);
        return new SnapshotChunk(Second, 1, transfer, number, Given.At("1.5"), [lineage], writer.WrittenMemory, isLast, isLast ? 5UL : 0, default);
    }
}
