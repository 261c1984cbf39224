using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.PrimaryBackup;

/// <summary>The first member in primary-backup mode: it sends to all others at once and counts their acknowledgements.</summary>
/// <remarks>
/// After Alsberg and Day (1976) and PacificA (Lin, Yang, Zhang and Zhang, 2008): an entry is committed when every member's copy
/// is stable. From before a promotion is proposed until its outcome is known, the learner counts as a member does; a member that
/// is to be dropped counts until the compare-and-set is confirmed.
/// </remarks>
internal sealed class Primary(ReplicaState state)
{
    private readonly Dictionary<NodeId, Progress> _progress = [];
    private readonly EpochOpening _opening = new(state);
    private ulong _start;
    private ulong _transfers;

    /// <summary>The learner whose promotion is proposed; none otherwise.</summary>
    internal NodeId Promoting { get; set; }

    /// <summary>The entry that began this epoch; zero before it was appended.</summary>
    internal ulong Start => _start;

    private Configuration Configuration => state.Configuration!;

    internal void Begin(NodeId formerReader)
    {
        _progress.Clear();
        _start = 0;
        Promoting = NodeId.None;
        state.Log.Pin(ulong.MaxValue);
        _opening.Begin(formerReader);
    }

    internal void OnEpochAck(NodeId from, EpochAck ack)
    {
        _opening.Acknowledged(from, ack);
        if (_start != 0 && from != state.Self && (Configuration.HasMember(from) || Configuration.HasLearner(from)))
        {
            if (!_progress.TryGetValue(from, out var progress) || progress.Incarnation != ack.Incarnation)
            {
                StartFeeding(from, ack);
            }
        }
    }

    internal void OnLogSuffix(NodeId from, LogSuffix suffix) => _opening.Received(from, suffix);

    internal void OnAppendAck(NodeId from, AppendAck ack)
    {
        if (_progress.TryGetValue(from, out var progress) && ack.Through <= state.Log.Last.Sequence && FollowsInThisLife(from, progress, ack.Incarnation))
        {
            progress.Acknowledged(ack.Through, state.Now);
        }
    }

    internal void OnAppendRefused(NodeId from, AppendRefused refusal)
    {
        if (_progress.TryGetValue(from, out var progress) && progress.Chunk is null)
        {
            StartFeeding(from, new EpochAck(refusal.Epoch, refusal.Last, refusal.Lineage, refusal.Incarnation));
        }
    }

    internal void OnSnapshotAck(NodeId from, SnapshotAck ack)
    {
        if (!_progress.TryGetValue(from, out var progress)
            || progress.Chunk is not { } chunk
            || progress.Incarnation != ack.Incarnation
            || chunk.Transfer != ack.Transfer
            || chunk.Number != ack.Number)
        {
            return;
        }

        if (chunk.IsLast)
        {
            progress.FeedFrom(chunk.Base.Sequence + 1);
            progress.Acknowledged(chunk.Base.Sequence, state.Now);
        }
        else
        {
            SendChunk(from, progress, chunk.Base, chunk.Transfer, chunk.Number + 1, progress.NextCursor);
        }
    }

    /// <summary>Whether a learner has caught up in this epoch and in its present life, so that its promotion may be proposed.</summary>
    internal bool HasCaughtUp(NodeId learner) =>
        state.Phase == ReplicaPhase.Serving
        && _progress.TryGetValue(learner, out var progress)
        && progress.Chunk is null
        && progress.Match >= _start
        && progress.Match >= state.Committed;

    /// <summary>Whose acknowledgements are needed beside this replica's own.</summary>
    internal IEnumerable<NodeId> Counted() =>
        Configuration.Members.Where(member => member != state.Self)
            .Concat(Promoting == NodeId.None || !state.Rules.LearnerCountsForCommits ? [] : [Promoting]);

    /// <summary>Sends what can be sent, and moves on what the acknowledgements allow.</summary>
    internal void Advance()
    {
        if (_start == 0 && (!_opening.IsComplete || !TryBring()))
        {
            return;
        }

        foreach (var (node, progress) in _progress)
        {
            Feed(node, progress);
        }

        AdvanceCommit();
        var isHeldByAll = state.Durable >= _start && Counted().All(node => MatchOf(node) >= _start);
        if (state.Phase == ReplicaPhase.Bringing && isHeldByAll)
        {
            state.TailIsProven();
            state.WantsLease = true;
            state.Enter(ReplicaPhase.Serving);
        }
    }

    internal void Tick()
    {
        _opening.Tick();
        var pin = ulong.MaxValue;
        foreach (var (node, progress) in _progress)
        {
            pin = Math.Min(pin, progress.Chunk is { } chunk ? chunk.Base.Sequence : progress.Match);
            if (state.Now - progress.LastActivity < state.Options.Retransmit)
            {
                TellCommitted(node, progress);
            }
            else if (progress.Chunk is { } overdue)
            {
                progress.LastActivity = state.Now;
                state.Send(node, overdue);
            }
            else if (progress.InFlight > 0)
            {
                progress.FeedFrom(progress.Match == 0 ? progress.Next : progress.Match + 1);
                if (progress.Match == 0)
                {
                    Probe(node, progress);
                }
            }
            else
            {
                TellCommitted(node, progress);
            }
        }

        state.Log.Pin(pin);
    }

    private ulong MatchOf(NodeId node) => _progress.TryGetValue(node, out var progress) ? progress.Match : 0;

    private bool TryBring()
    {
        var start = new Lsn(state.Epoch, state.Log.Last.Sequence + 1);
        var position = state.Log.AppendStart(start, state.Committed);
        if (position < 0)
        {
            // No space for one entry: the next tick tries again.
            return false;
        }

        state.Appended(position);
        _start = start.Sequence;
        state.Enter(ReplicaPhase.Bringing);
        foreach (var (node, ack) in _opening.Acks)
        {
            if (node != state.Self)
            {
                StartFeeding(node, ack);
            }
        }

        return true;
    }

    private void StartFeeding(NodeId node, EpochAck ack)
    {
        var progress = new Progress(ack.Incarnation) { LastActivity = state.Now };
        if (Progress.CanContinue(state.Log, ack.Lineage, ack.Last, out var next))
        {
            progress.FeedFrom(next);
            _progress[node] = progress;
            if (Configuration.HasLearner(node))
            {
                state.Report(ReplicaEventKind.CatchUpStarted, $"{node} by log from {next}");
            }
        }
        else if (Configuration.HasMember(node))
        {
            // A member holds every committed entry, so its log can always be continued unless it has lost its copy.
            state.Unfit.Add(node);
        }
        else
        {
            _progress[node] = progress;
            var applied = state.LsnAt(state.Log.Applied);
            state.Report(ReplicaEventKind.CatchUpStarted, $"{node} by snapshot at {applied}");
            SendChunk(node, progress, applied, ++_transfers, 0, ReadOnlyMemory<byte>.Empty);
        }
    }

    private bool FollowsInThisLife(NodeId node, Progress progress, ulong incarnation)
    {
        if (progress.Incarnation == incarnation)
        {
            return true;
        }

        // The follower has restarted: what its earlier life acknowledged does not make a learner caught up.
        var renewed = new Progress(incarnation) { LastActivity = state.Now };
        renewed.FeedFrom(Math.Max(progress.Match, 1));
        _progress[node] = renewed;
        return false;
    }

    private void Feed(NodeId node, Progress progress)
    {
        while (progress.Chunk is null && progress.InFlight < state.Options.MaxInFlight && progress.Next <= state.Log.Last.Sequence)
        {
            if (progress.Next < state.Log.FirstReadable)
            {
                return;
            }

            var previous = state.LsnAt(progress.Next - 1);
            var frames = state.Log.Read(progress.Next, state.Options.MaxBatchBytes, out var last);
            state.Send(node, new AppendEntries(state.Epoch, previous, state.Committed, frames));
            progress.CommitSent = state.Committed;
            progress.Sent(last.Sequence, state.Now);
        }
    }

    private void TellCommitted(NodeId node, Progress progress)
    {
        if (progress.Chunk is null && progress.InFlight == 0 && progress.Match != 0 && progress.CommitSent < state.Committed)
        {
            progress.CommitSent = state.Committed;
            state.Send(node, new AppendEntries(state.Epoch, state.LsnAt(progress.Match), state.Committed, ReadOnlyMemory<byte>.Empty));
        }
    }

    private void Probe(NodeId node, Progress progress)
    {
        progress.LastActivity = state.Now;
        var previous = state.LsnAt(progress.Next - 1);
        state.Send(node, new AppendEntries(state.Epoch, previous, state.Committed, ReadOnlyMemory<byte>.Empty));
    }

    private void SendChunk(NodeId node, Progress progress, Lsn basis, ulong transfer, uint number, ReadOnlyMemory<byte> cursor)
    {
        var items = state.Log.ReadSnapshot(cursor, state.Options.SnapshotChunkBytes, out var next);
        var lineage = state.NewestLineage.Where(step => step.FirstSequence <= basis.Sequence);
        var chunk = new SnapshotChunk(
            state.Epoch,
            transfer,
            number,
            basis,
            [.. lineage],
            items,
            IsLast: next is null,
            next is null ? state.Log.Applied : 0,
            next is null ? state.Log.ReadResults() : default);
        progress.SendChunk(chunk, next, state.Now);
        state.Send(node, chunk);
    }

    private void AdvanceCommit()
    {
        if (Configuration.Members.Length < state.Options.MinInSync)
        {
            return;
        }

        var reached = state.Durable;
        foreach (var node in Counted())
        {
            reached = Math.Min(reached, MatchOf(node));
        }

        if (reached >= _start)
        {
            state.Commit(reached);
        }
    }
}
