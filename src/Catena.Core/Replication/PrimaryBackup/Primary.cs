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
        // What was pinned for followers stays so until they are fed anew.
        _progress.Clear();
        _start = 0;
        Promoting = NodeId.None;
        _opening.Begin(formerReader);
    }

    /// <summary>Ends this replica's time as the first member.</summary>
    internal void End()
    {
        _progress.Clear();
        _start = 0;
        Promoting = NodeId.None;
        state.Log.Pin(ulong.MaxValue);
    }

    internal void OnEpochAck(NodeId from, EpochAck ack)
    {
        _opening.Acknowledged(from, ack);
        if (_start != 0 && from != state.Self && (Configuration.HasMember(from) || Configuration.HasLearner(from)))
        {
            if (!_progress.TryGetValue(from, out var progress) || progress.Incarnation < ack.Incarnation)
            {
                StartFeeding(from, ack);
            }
        }
    }

    internal void OnLogSuffix(NodeId from, LogSuffix suffix) => _opening.Received(from, suffix);

    internal void OnAppendAck(NodeId from, AppendAck ack)
    {
        if (!_progress.TryGetValue(from, out var progress) || ack.Incarnation < progress.Incarnation || ack.Through > state.Log.Last.Sequence)
        {
            return;
        }

        if (progress.Incarnation < ack.Incarnation)
        {
            // The follower has restarted: what its earlier life acknowledged does not make a learner caught up.
            var renewed = new Progress(ack.Incarnation) { LastActivity = state.Now };
            renewed.FeedFrom(progress.Match + 1);
            _progress[from] = renewed;
        }
        else if (progress.Chunk is null)
        {
            progress.Acknowledged(ack.Through, state.Now);
            progress.CommitHeard = Math.Max(progress.CommitHeard, ack.Committed);
        }
    }

    internal void OnAppendRefused(NodeId from, AppendRefused refusal)
    {
        if (!_progress.TryGetValue(from, out var progress) || progress.Chunk is not null || refusal.Incarnation < progress.Incarnation)
        {
            return;
        }

        if (refusal.Incarnation > progress.Incarnation || progress.Match == 0)
        {
            StartFeeding(from, new EpochAck(refusal.Epoch, refusal.Last, refusal.Lineage, refusal.Incarnation));
            _progress.GetValueOrDefault(from)?.Probe();
        }
        else if (!progress.IsProbing)
        {
            // What it has acknowledged in this life it has: a message before this one was lost, overtaken or had no space there.
            progress.Probe();
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

        if (!ack.IsTaken)
        {
            // Not at once: a follower without space would refuse the next transfer as well.
            progress.MustStartOver = true;
        }
        else if (chunk.IsLast)
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

        // Feeding may remove a follower, which a dictionary allows while it is enumerated.
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
        foreach (var (node, progress) in _progress)
        {
            var isOverdue = state.Now - progress.LastActivity >= state.Options.Retransmit;
            if (state.Now < progress.HeldUntil)
            {
                continue;
            }

            if (isOverdue && progress.Chunk is { } chunk)
            {
                SendAgain(node, progress, chunk);
            }
            else if (isOverdue && progress.Chunk is null && (progress.InFlight > 0 || progress.Match == 0))
            {
                progress.Probe();
            }
            else
            {
                TellCommitted(node, progress, isOverdue);
            }
        }

        PinLog();
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
        _progress[node] = progress;
        if (Progress.CanContinue(state.Log, ack.Lineage, ack.Last, out var next))
        {
            progress.FeedFrom(next);
            PinLog();
            if (Configuration.HasLearner(node))
            {
                state.Report(ReplicaEventKind.CatchUpStarted, $"{node} by log from {next}");
            }
        }
        else
        {
            FeedSnapshot(node, progress);
        }
    }

    /// <summary>Feeds a follower whose log cannot be continued from this one, if it may lose what it has.</summary>
    private void FeedSnapshot(NodeId node, Progress progress)
    {
        if (Configuration.HasMember(node))
        {
            // A member holds every committed entry, so its log can always be continued unless it has lost its copy.
            state.Unfit.Add(node);
            _progress.Remove(node);
        }
        else if (node == Promoting)
        {
            // It may be a member already, whose copy counts: nothing replaces that before the outcome is known.
            _progress.Remove(node);
            _opening.AskAgain(node);
        }
        else if (progress.Match > 0)
        {
            // It has acknowledged in this epoch, so it replaces nothing before the next one; entries that it lacks were damaged here meanwhile.
            state.Unfit.Add(node);
            _progress.Remove(node);
        }
        else
        {
            var applied = state.LsnAt(state.Log.Applied);
            state.Report(ReplicaEventKind.CatchUpStarted, $"{node} by snapshot at {applied}");
            SendChunk(node, progress, applied, ++_transfers, 0, ReadOnlyMemory<byte>.Empty);
            PinLog();
        }
    }

    private void Feed(NodeId node, Progress progress)
    {
        if (state.Now < progress.HeldUntil)
        {
            return;
        }

        var most = progress.IsProbing ? 1 : state.Options.MaxInFlight;
        while (progress.Chunk is null && progress.InFlight < most && progress.Next <= state.Log.Last.Sequence)
        {
            if (progress.Next < state.Log.FirstReadable)
            {
                FeedSnapshot(node, progress);
                return;
            }

            var frames = state.Log.Read(progress.Next, state.Options.MaxBatchBytes, out var last);
            if (frames.IsEmpty)
            {
                return;
            }

            SendEntries(node, progress, progress.Next - 1, frames);
            progress.Sent(last.Sequence, state.Now);
        }

        if (progress.Chunk is null && progress.OwesProbe)
        {
            SendEntries(node, progress, progress.Next - 1, ReadOnlyMemory<byte>.Empty);
            progress.ProbeSent(state.Now);
        }
    }

    private void TellCommitted(NodeId node, Progress progress, bool isOverdue)
    {
        var isToldLess = progress.CommitSent < state.Committed || (isOverdue && progress.CommitHeard < state.Committed);
        if (progress.Chunk is null && progress.InFlight == 0 && progress.Match != 0 && isToldLess)
        {
            SendEntries(node, progress, progress.Match, ReadOnlyMemory<byte>.Empty);
            progress.LastActivity = state.Now;
        }
    }

    private void SendEntries(NodeId node, Progress progress, ulong after, ReadOnlyMemory<byte> frames)
    {
        progress.CommitSent = state.Committed;
        state.Send(node, new AppendEntries(state.Epoch, progress.Incarnation, state.LsnAt(after), state.Committed, frames));
    }

    private void SendAgain(NodeId node, Progress progress, SnapshotChunk chunk)
    {
        // A beginning that is not taken, of one who has acknowledged: its word was still under way when that was sent.
        if (progress.MustStartOver || (chunk.Number == 0 && progress.Match > 0))
        {
            FeedSnapshot(node, progress);
        }
        else
        {
            progress.LastActivity = state.Now;
            state.Send(node, chunk);
        }
    }

    /// <summary>Keeps readable what followers still need.</summary>
    private void PinLog()
    {
        var pin = ulong.MaxValue;
        foreach (var progress in _progress.Values)
        {
            pin = Math.Min(pin, progress.Chunk is { } chunk ? chunk.Base.Sequence : progress.Match);
        }

        state.Log.Pin(pin);
    }

    private void SendChunk(NodeId node, Progress progress, Lsn basis, ulong transfer, uint number, ReadOnlyMemory<byte> cursor)
    {
        if (!state.Log.TryReadSnapshot(cursor, state.Options.SnapshotChunkBytes, out var items, out var next))
        {
            state.Report(ReplicaEventKind.CatchUpStopped, $"{node}: the state cannot be read whole");
            progress.Hold(state.Now + state.Options.DamagedRetry);
            return;
        }

        var lineage = state.NewestLineage.Where(step => step.FirstSequence <= basis.Sequence);
        var chunk = new SnapshotChunk(
            state.Epoch,
            progress.Incarnation,
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
