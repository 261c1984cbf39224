using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Flow;

/// <summary>The state on its way to a learner whose log cannot be continued: how it is sent.</summary>
public sealed class SnapshotTests
{
    private static readonly Epoch Second = new(2);

    [Fact]
    public void The_results_of_retried_requests_travel_once_with_the_last_part()
    {
        var primary = Primary();
        primary.Log.Results = [1, 2, 3];
        var chunks = new List<SnapshotChunk> { primary.Hear(4, Given.Ack(2, "0.0")).Only<SnapshotChunk>(4) };
        while (!chunks[^1].IsLast)
        {
            chunks.Add(primary.Hear(4, Taken(chunks[^1])).Only<SnapshotChunk>(4));
        }

        Assert.True(chunks.Count > 1);
        Assert.Equal([1, 2, 3], chunks[^1].Results.ToArray());
        Assert.All(chunks[..^1], chunk => Assert.True(chunk.Results.IsEmpty && chunk.CompleteThrough == 0));
        Assert.Equal(primary.Log.Applied, chunks[^1].CompleteThrough);
    }

    [Fact]
    public void What_follows_the_snapshot_stays_readable_from_its_beginning_on()
    {
        var primary = Primary();
        var chunk = primary.Hear(4, Given.Ack(2, "0.0")).Only<SnapshotChunk>(4);
        primary.Propose("e=5");
        primary.Propose("f=6");
        primary.Log.TrimThrough(100);
        Assert.Equal(chunk.Base.Sequence + 1, primary.Log.FirstReadable);
        primary.Pass(Given.Millisecond);
        primary.Log.TrimThrough(100);
        Assert.Equal(chunk.Base.Sequence + 1, primary.Log.FirstReadable);
    }

    [Fact]
    public void While_it_is_under_way_nothing_else_is_sent_and_refusals_are_of_what_was_sent_before()
    {
        var primary = Primary();
        primary.Hear(4, Given.Ack(2, "0.0"));
        Assert.True(primary.Hear(4, Given.Refusal(2, "0.0")).IsEmpty);
        Assert.True(primary.Propose("e=5").IsEmpty);
        Assert.True(primary.Pass(Given.Millisecond).IsEmpty);
    }

    [Fact]
    public void A_feeder_that_cannot_read_its_state_does_not_try_again_for_a_while()
    {
        var primary = Primary();
        var chunk = primary.Hear(4, Given.Ack(2, "0.0")).Only<SnapshotChunk>(4);
        primary.Log.IsDamaged = true;
        Assert.True(primary.Hear(4, Taken(chunk)).IsEmpty);
        primary.Log.IsDamaged = false;
        Assert.True(primary.Pass(primary.Options.DamagedRetry - 1).IsEmpty);
        var again = primary.Pass(1).Only<SnapshotChunk>(4);
        Assert.Equal(0U, again.Number);
        Assert.True(again.Transfer > chunk.Transfer);
    }

    [Fact]
    public void A_learner_whose_acknowledgement_crosses_the_beginning_begins_anew_in_another_epoch()
    {
        var primary = new LoneReplica(1, options => options with { MinInSync = 1, MaxBatchBytes = 1 }, Entries, committed: 5);
        primary.Learn(Given.Backups(2, [1], 4));
        primary.Hear(4, Given.Ack(2, "0.0"));

        // It has the first entries and has said so, when the next ones are damaged here.
        primary.Log.LoseThrough(5);
        Assert.Equal(0U, primary.Hear(4, Given.Refusal(2, "0.0")).Only<SnapshotChunk>(4).Number);
        primary.Hear(4, Given.Through(2, 2));
        primary.Pass(primary.Options.Retransmit);
        Assert.Equal(new Epoch(3), primary.Proposal!.Epoch);
        Assert.Equal([new NodeId(4)], primary.Proposal.Learners);
    }

    [Fact]
    public void A_learner_that_has_acknowledged_all_that_the_state_would_bring_is_fed_what_follows()
    {
        var primary = Primary();
        var chunk = primary.Hear(4, Given.Ack(2, "0.0")).Only<SnapshotChunk>(4);
        primary.Propose("e=5");
        Assert.Equal(chunk.Base, primary.Hear(4, Given.Through(2, chunk.Base.Sequence)).Only<AppendEntries>(4).Previous);
        Assert.Empty(primary.Pass(primary.Options.Retransmit).All<SnapshotChunk>());
    }

    [Fact]
    public void A_part_without_an_answer_is_sent_again()
    {
        var primary = Primary();
        var chunk = primary.Hear(4, Given.Ack(2, "0.0")).Only<SnapshotChunk>(4);
        Assert.True(primary.Pass(primary.Options.Retransmit - 1).IsEmpty);
        Assert.Equal(chunk, primary.Pass(1).Only<SnapshotChunk>(4));
        chunk = primary.Hear(4, Taken(chunk)).Only<SnapshotChunk>(4);
        Assert.Equal(chunk, primary.Pass(primary.Options.Retransmit).Only<SnapshotChunk>(4));
    }

    [Fact]
    public void A_learner_that_counts_gets_none_until_it_counts_no_more()
    {
        var primary = Primary();
        primary.Hear(4, Given.Ack(2, "1.5", "1@1"));
        primary.Hear(4, Given.Through(2, 6));
        Assert.Equal([new NodeId(1), new NodeId(4)], primary.Proposal!.Members);

        // It restarts without its copy while it may be a member already.
        Assert.Empty(primary.Hear(4, Given.Ack(2, "0.0", incarnation: 2)).All<SnapshotChunk>());
        Assert.Empty(primary.Pass(primary.Options.Retransmit).All<SnapshotChunk>());
        primary.Unsteady.Add(4);
        primary.Replica.ProposalNotSubmitted(new Epoch(3), primary.Now);
        Assert.Single(primary.Work().To<AppendEntries>(4));
        Assert.Single(primary.Hear(4, Given.Refusal(2, "0.0", incarnation: 2)).To<SnapshotChunk>(4));
    }

    private static readonly string[] Entries = ["1.1 start", "1.2 a=1", "1.3 b=2", "1.4 c=3", "1.5 d=4"];

    private static SnapshotAck Taken(SnapshotChunk chunk) => new(Second, chunk.Transfer, chunk.Number, true, 1);

    /// <summary>The only member, in epoch 2 with learner 4; its log no longer reaches back to the beginning.</summary>
    private static LoneReplica Primary()
    {
        var primary = new LoneReplica(1, options => options with { MinInSync = 1, SnapshotChunkBytes = 8 }, Entries, committed: 5);
        primary.Log.TrimThrough(5);
        primary.Learn(Given.Backups(2, [1], 4));
        Assert.Equal(ReplicaPhase.Serving, primary.Replica.Phase);
        return primary;
    }
}
