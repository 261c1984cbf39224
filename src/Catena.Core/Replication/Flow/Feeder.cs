using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.Flow;

/// <summary>A replica's side towards those whom it feeds: it sends them entries or the state, and counts their acknowledgements.</summary>
/// <remarks>
/// A follower that lacks entries gets them before anything new, since what it acknowledges is sent on from there. From before a promotion is proposed
/// until its outcome is known the learner counts as a member does; a member that is to be dropped counts until the compare-and-set is confirmed.
/// </remarks>
internal sealed class Feeder(ReplicaState state)
{
    private readonly Dictionary<NodeId, Progress> _progress = [];
    private readonly HashSet<NodeId> _held = [];
    private bool _hasBegun;
    private ulong _transfers;

    private Configuration Configuration => state.Configuration!;

    /// <summary>Forgets the followers of an earlier epoch. What is pinned for them stays so until they are fed anew, if there are any.</summary>
    internal void Begin()
    {
        _progress.Clear();
        _held.Clear();
        _hasBegun = false;
        if (state.Place.Fed.IsEmpty)
        {
            state.Log.Pin(ulong.MaxValue);
        }
    }

    /// <summary>Begins to feed, now that this log has the epoch's start entry, those whose logs are known.</summary>
    internal void StartFeeding(IReadOnlyDictionary<NodeId, EpochAck> standings)
    {
        _hasBegun = true;
        foreach (var node in state.Place.Fed)
        {
            if (standings.TryGetValue(node, out var standing))
            {
                StartFeeding(node, standing);
            }
        }
    }

    /// <summary>Takes the word of where a follower's log stands, of one that has come back or is there for the first time.</summary>
    internal void OnEpochAck(NodeId from, EpochAck ack)
    {
        if (_hasBegun && state.Place.Fed.Contains(from) && (!_progress.TryGetValue(from, out var progress) || progress.Incarnation < ack.Incarnation))
        {
            StartFeeding(from, ack);
        }
    }

    internal void OnAppendAck(NodeId from, AppendAck ack)
    {
        if (!_progress.TryGetValue(from, out var progress) || ack.Incarnation < progress.Incarnation || ack.Through > state.Log.Last.Sequence)
        {
            return;
        }

        if (progress.Incarnation < ack.Incarnation)
        {
            // The follower has restarted, or is heard for the first time: what an earlier life acknowledged does not make a learner caught up.
            var renewed = new Progress(ack.Incarnation) { LastActivity = state.Now };
            renewed.FeedFrom(ack.Through == 0 ? progress.Next : ack.Through + 1);
            _progress[from] = renewed;
        }
        else if (progress.Chunk is null || ack.Through > 0)
        {
            // A word of entries that comes to the feeder of a snapshot crossed its beginning, which the follower does not take then.
            if (progress.Chunk is { } chunk && ack.Through >= chunk.Base.Sequence)
            {
                progress.FeedFrom(ack.Through + 1);
            }

            progress.Acknowledged(ack.Through, state.Now);
            progress.All = Math.Max(progress.All, ack.AllThrough);
            progress.CommitHeard = Math.Max(progress.CommitHeard, ack.Committed);
            progress.Counted = Math.Max(progress.Counted, ack.Counted);
            if (Configuration.HasMember(from))
            {
                state.Told = Math.Max(state.Told, ack.Committed);
            }
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
            progress.All = progress.Match;
        }
        else
        {
            SendChunk(from, progress, chunk.Base, chunk.Transfer, chunk.Number + 1, progress.NextCursor);
        }
    }

    /// <summary>Whether a learner that is fed here has caught up in this epoch and in its present life.</summary>
    internal bool HasCaughtUp(NodeId learner) =>
        state.IsSettled
        && _progress.TryGetValue(learner, out var progress)
        && progress.Chunk is null
        && progress.Match >= state.Start
        && progress.Match >= state.Committed;

    /// <summary>How far the log is stable at everybody who counts behind this replica.</summary>
    internal ulong Behind()
    {
        var behind = ulong.MaxValue;
        foreach (var node in state.Place.Fed)
        {
            if (state.Counts(node))
            {
                behind = Math.Min(behind, _progress.TryGetValue(node, out var progress) ? progress.All : 0);
            }
        }

        return behind;
    }

    /// <summary>The newest word on who counts that this replica and all behind it heed.</summary>
    internal ulong Counted()
    {
        var counted = state.Counting.Number;
        foreach (var node in state.Place.Fed)
        {
            if (IsNextInChain(node))
            {
                counted = Math.Min(counted, _progress.TryGetValue(node, out var progress) ? progress.Counted : 0);
            }
            else if (node == state.Counting.Learner && !HasCaughtUp(node))
            {
                counted = 0;
            }
        }

        return counted;
    }

    /// <summary>Whether everybody who is fed here has all entries, and has said that he knows them to be committed.</summary>
    internal bool HasToldAll
    {
        get
        {
            foreach (var progress in _progress.Values)
            {
                if (progress.Chunk is not null || progress.InFlight > 0 || progress.CommitHeard < state.Committed)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Sends what can be sent.</summary>
    internal void Advance()
    {
        if (!_hasBegun)
        {
            if (state.Start == 0 || state.Verified < state.Start)
            {
                return;
            }

            // Where the logs of those behind it stand, a member of a chain learns by asking: they answer with what they have.
            _hasBegun = true;
            foreach (var node in state.Place.Fed)
            {
                Ask(node);
            }
        }

        if (_held.Count > 0)
        {
            foreach (var node in _held.Where(node => node != state.Counting.Learner).ToArray())
            {
                _held.Remove(node);
                Ask(node);
            }
        }

        // Feeding may remove a follower, which a dictionary allows while it is enumerated.
        foreach (var (node, progress) in _progress)
        {
            Feed(node, progress);
        }
    }

    internal void Tick()
    {
        if (!_hasBegun)
        {
            return;
        }

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
                TellAgain(node, progress, isOverdue);
            }
        }

        PinLog();
    }

    private void Ask(NodeId node)
    {
        var progress = new Progress(0) { LastActivity = state.Now };
        _progress[node] = progress;
        progress.FeedFrom(state.Log.Last.Sequence + 1);
        progress.Probe();
    }

    private void StartFeeding(NodeId node, EpochAck ack)
    {
        var progress = new Progress(ack.Incarnation) { LastActivity = state.Now };
        _progress[node] = progress;
        if (Progress.CanContinue(state.Log, ack.Lineage, ack.Last, out var next))
        {
            progress.FeedFrom(state.Rules.ResendsFrom(next, state.Log.Last.Sequence));
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
        else if (node == state.Counting.Learner)
        {
            // It may be a member already, whose copy counts: nothing replaces that before the outcome is known.
            _progress.Remove(node);
            _held.Add(node);
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
        var through = Math.Min(state.Log.Last.Sequence, state.FeedsThrough);
        while (progress.Chunk is null && progress.InFlight < most && progress.Next <= through)
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

        if (progress.Chunk is null && (progress.OwesProbe || IsBehindInWord(node, progress)))
        {
            SendEntries(node, progress, progress.Next - 1, ReadOnlyMemory<byte>.Empty);
            progress.ProbeSent(state.Now);
        }
    }

    /// <summary>Whether a follower that has been sent all entries waits for what travels behind them, which commits hang on.</summary>
    private bool IsBehindInWord(NodeId node, Progress progress) =>
        IsNextInChain(node)
        && !progress.IsProbing
        && (progress.CountingSent < state.Counting.Number || progress.PassedSent < Math.Min(state.Passed, progress.Next - 1));

    private bool IsNextInChain(NodeId node) => state.Place.IsInChain && Configuration.HasMember(node);

    private void TellAgain(NodeId node, Progress progress, bool isOverdue)
    {
        var isToldLess = progress.CommitHeard < state.Committed && (progress.CommitSent < state.Committed || isOverdue);
        var isWordLost = isOverdue && IsNextInChain(node) && (progress.Counted < state.Counting.Number || progress.CommitHeard < state.Passed);
        if (progress.Chunk is null && progress.InFlight == 0 && progress.Match != 0 && (isToldLess || isWordLost))
        {
            SendEntries(node, progress, progress.Match, ReadOnlyMemory<byte>.Empty);
            progress.LastActivity = state.Now;
        }
    }

    private void SendEntries(NodeId node, Progress progress, ulong after, ReadOnlyMemory<byte> frames)
    {
        progress.CommitSent = state.Committed;
        progress.PassedSent = state.Passed;
        progress.CountingSent = state.Counting.Number;
        state.Send(
            node, new AppendEntries(state.Epoch, progress.Incarnation, state.LsnAt(after), state.Committed, state.Passed, state.Counting, frames));
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
}
