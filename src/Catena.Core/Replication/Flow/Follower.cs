using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.Flow;

/// <summary>A replica's side towards the member that feeds it: it takes entries and acknowledges what is stable here and behind it.</summary>
/// <remarks>
/// An entry that conflicts with what the feeder sends is of an epoch whose entries no configuration committed, and goes
/// with all that follows it; the epochs of entries decide that, never a watermark (Kafka KIP-101).
/// </remarks>
internal sealed class Follower(ReplicaState state)
{
    private ulong _acknowledged;
    private ulong _allAcknowledged;
    private ulong _committedTold;
    private ulong _countedTold;
    private ulong _provenFrom = ulong.MaxValue;
    private bool _owesAck;
    private SnapshotChunk? _chunk;
    private long _installedPosition;
    private bool _owesSnapshotAck;
    private bool _hasRestarted;
    private long _standingSent;

    private NodeId Feeder => state.Place.Feeder;

    /// <summary>Whether the reader has committed more here than it has applied and told.</summary>
    internal bool OwesWordOfApplied => state.Place is { Commits: true, IsFirst: false } && Math.Min(state.Committed, state.Log.Applied) > _committedTold;

    /// <summary>Forgets what was verified in an earlier epoch.</summary>
    internal void Begin()
    {
        _acknowledged = 0;
        _allAcknowledged = 0;
        _committedTold = 0;
        _countedTold = 0;
        _provenFrom = ulong.MaxValue;
        _owesAck = false;
        _owesSnapshotAck = false;
        _hasRestarted = false;
        _chunk = null;
    }

    /// <summary>Goes on in the epoch of an earlier life, of which the feeder does not know that it has ended.</summary>
    internal void Resume() => _hasRestarted = true;

    /// <summary>Tells where this log stands until it is fed: in an idle epoch nobody else would begin, and what was committed would stay unknown here.</summary>
    internal void Tick()
    {
        if (_hasRestarted && state.Verified == 0 && state.Now - _standingSent >= state.Options.Retransmit)
        {
            _standingSent = state.Now;
            state.Send(Feeder, new EpochAck(state.Epoch, state.Log.Last, state.NewestLineage, state.Options.Incarnation));
        }
    }

    internal void OnAppend(AppendEntries append)
    {
        if (_chunk is { IsLast: false })
        {
            // Nothing can be appended behind half a snapshot; the entries come again.
            return;
        }

        if (!Holds(append.Previous))
        {
            state.Send(Feeder, new AppendRefused(state.Epoch, state.Log.Last, state.NewestLineage, state.Options.Incarnation));
            return;
        }

        var through = append.Previous.Sequence;
        var rest = append.Frames.Span;
        while (EntryFrame.TryRead(rest, out var header, out _, out var length))
        {
            if (!TryTake(header.Lsn, rest[..length], through))
            {
                break;
            }

            through = header.Lsn.Sequence;
            rest = rest[length..];
        }

        // In a chain what is new is acknowledged with what is behind; what is not new was sent to hear a word.
        var isNew = through > state.Verified || append.Passed > state.Before || append.Counting.Number > state.Counting.Number;
        _owesAck |= !state.Place.IsInChain || !state.IsSettled || !isNew;
        state.Verified = Math.Max(state.Verified, through);
        state.Before = Math.Max(state.Before, append.Passed);
        state.Told = Math.Max(state.Told, Math.Min(append.Committed, state.Verified));
        if (append.Counting.Number > state.Counting.Number)
        {
            state.Counting = append.Counting;
        }

        if (append.Incarnation == state.Options.Incarnation)
        {
            _provenFrom = Math.Min(_provenFrom, append.Committed);
        }
    }

    internal void OnChunk(SnapshotChunk chunk)
    {
        if (chunk.Incarnation != state.Options.Incarnation)
        {
            // Meant for an earlier life; the feeder may not have heard of this one.
            state.Send(Feeder, new EpochAck(state.Epoch, state.Log.Last, state.NewestLineage, state.Options.Incarnation));
            return;
        }

        var isBeginning = _chunk is null || chunk.Transfer > _chunk.Transfer;
        if (state.Place.IsMember || (isBeginning && state.Verified > 0))
        {
            // A copy that counts is never replaced in place: a member's, or one acknowledged in this epoch, which may be promoted by
            // now. A first member that finds a member's log unfit drops it.
            return;
        }

        if (_chunk is { } current && current.Transfer == chunk.Transfer && chunk.Number == current.Number)
        {
            _owesSnapshotAck = true;
            return;
        }

        var continues = chunk.Number == 0
            ? isBeginning
            : _chunk is { IsLast: false } && _chunk.Transfer == chunk.Transfer && chunk.Number == _chunk.Number + 1;
        var position = continues ? state.Log.Install(chunk) : -1;
        if (position < 0)
        {
            RefuseChunk(chunk, continues);
            return;
        }

        // The bytes are borrowed; what is kept is only where the transfer stands.
        _chunk = chunk with { Items = default, Results = default };
        _installedPosition = position;
        _owesSnapshotAck = true;
        if (chunk.IsLast)
        {
            state.Installed(position);
            _acknowledged = chunk.Base.Sequence;
            _allAcknowledged = chunk.Base.Sequence;
        }
    }

    internal void OnFetch(NodeId from, LogFetch fetch)
    {
        if (!Holds(fetch.After) || fetch.After.Sequence + 1 < state.Log.FirstReadable)
        {
            if (state.Verified == 0)
            {
                // A first member without entries that are applied here has lost them; it cannot lead, and cannot drop itself.
                state.Unfit.Add(from);
            }

            return;
        }

        ReadOnlyMemory<byte> frames = default;
        if (fetch.After.Sequence < state.Log.Last.Sequence)
        {
            frames = state.Log.Read(fetch.After.Sequence + 1, state.Options.MaxBatchBytes, out _);
            if (frames.IsEmpty)
            {
                return;
            }
        }

        state.Send(from, new LogSuffix(state.Epoch, fetch.After, frames, state.Log.Last));
    }

    /// <summary>Acknowledges what has become stable here and behind this replica, and what is new of commits where they are told this way.</summary>
    /// <param name="counted">The newest word on who counts that this replica and all behind it heed.</param>
    internal void Advance(ulong counted)
    {
        var through = state.Own;
        var allThrough = state.AllThrough;
        var committed = state.Place.Commits ? state.Rules.TellsAsCommitted(state.Committed, state.Log.Applied) : state.Committed;
        var tellsWord = state.Place.IsInChain && state.Start != 0 && state.Verified >= state.Start;
        var isNews = allThrough > _allAcknowledged
            || (through > _acknowledged && !(state.Place.IsInChain && state.IsSettled))
            || (tellsWord && (committed > _committedTold || counted > _countedTold));
        if (isNews || (_owesAck && through >= state.Verified))
        {
            _owesAck &= through < state.Verified;
            _acknowledged = through;
            _allAcknowledged = allThrough;
            _committedTold = committed;
            _countedTold = counted;
            state.Send(Feeder, new AppendAck(state.Epoch, through, allThrough, committed, counted, state.Options.Incarnation));
            ProveTail(through);
        }

        if (_owesSnapshotAck && _chunk is { } chunk && (!chunk.IsLast || state.StablePosition >= _installedPosition))
        {
            _owesSnapshotAck = false;
            state.Send(Feeder, new SnapshotAck(state.Epoch, chunk.Transfer, chunk.Number, IsTaken: true, state.Options.Incarnation));
        }
    }

    /// <summary>Ends the suspicion against the log once nothing committed can be missing.</summary>
    /// <remarks>
    /// What was inherited precedes the epoch's start entry. Of this epoch's own entries, those that were committed with the help of an
    /// earlier life of this replica are among those that the feeder knew as committed when it had heard of the present life: a member of a chain
    /// has no earlier life in an epoch, and anybody else is fed where entries are committed.
    /// </remarks>
    private void ProveTail(ulong stable)
    {
        if (stable >= _provenFrom && state.EpochAt(stable) == state.Epoch)
        {
            state.TailIsProven();
        }
    }

    private void RefuseChunk(SnapshotChunk chunk, bool wasNext)
    {
        if (wasNext)
        {
            // No space: what was installed of this transfer is gone.
            _chunk = null;
        }

        if (_chunk is null && chunk.Number > 0)
        {
            state.Send(Feeder, new SnapshotAck(state.Epoch, chunk.Transfer, chunk.Number, IsTaken: false, state.Options.Incarnation));
        }
    }

    private bool Holds(Lsn position) =>
        position.Sequence >= state.Log.Base.Sequence
        && position.Sequence <= state.Log.Last.Sequence
        && state.EpochAt(position.Sequence) == position.Epoch;

    private bool TryTake(Lsn lsn, ReadOnlySpan<byte> frame, ulong before)
    {
        Invariant.Holds(lsn.Sequence == before + 1, "a message carried entries out of order");
        if (lsn.Sequence <= state.Log.Last.Sequence)
        {
            if (state.EpochAt(lsn.Sequence) == lsn.Epoch)
            {
                return true;
            }

            state.Truncate(lsn.Sequence - 1);
        }

        var position = state.Log.AppendFrame(frame);
        if (position < 0)
        {
            return false;
        }

        state.Appended(position);
        return true;
    }
}
