using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.PrimaryBackup;

/// <summary>A member or learner that takes entries from the first member and acknowledges what is stable.</summary>
/// <remarks>
/// An entry that conflicts with what the first member sends is of an epoch whose entries no configuration committed, and goes
/// with all that follows it; the epochs of entries decide that, never a watermark (Kafka KIP-101).
/// </remarks>
internal sealed class Backup(ReplicaState state)
{
    private ulong _verified;
    private ulong _acknowledged;
    private ulong _committedByFirst;
    private bool _owesAck;
    private SnapshotChunk? _chunk;
    private long _installedPosition;
    private bool _owesSnapshotAck;

    private NodeId First => state.Configuration!.First;

    /// <summary>Forgets what was verified in an earlier epoch.</summary>
    internal void Begin()
    {
        _verified = 0;
        _acknowledged = 0;
        _committedByFirst = 0;
        _owesAck = false;
        _owesSnapshotAck = false;
        _chunk = null;
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
            state.Send(First, new AppendRefused(state.Epoch, state.Log.Last, state.NewestLineage, state.Options.Incarnation));
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

        _verified = Math.Max(_verified, through);
        _committedByFirst = Math.Max(_committedByFirst, Math.Min(append.Committed, _verified));
        _owesAck = true;
    }

    internal void OnChunk(SnapshotChunk chunk)
    {
        if (state.Configuration!.HasMember(state.Self))
        {
            // A member's copy counts, so it is never replaced in place; a first member that finds its log unfit drops it.
            return;
        }

        if (_chunk is { } current && current.Transfer == chunk.Transfer && chunk.Number == current.Number)
        {
            _owesSnapshotAck = true;
            return;
        }

        var continues = chunk.Number == 0
            ? _chunk is null || chunk.Transfer > _chunk.Transfer
            : _chunk is { IsLast: false } && _chunk.Transfer == chunk.Transfer && chunk.Number == _chunk.Number + 1;
        if (!continues)
        {
            return;
        }

        var position = state.Log.Install(chunk);
        if (position < 0)
        {
            return;
        }

        // The bytes are borrowed; what is kept is only where the transfer stands.
        _chunk = chunk with { Items = default, Results = default };
        _installedPosition = position;
        _owesSnapshotAck = true;
        if (chunk.IsLast)
        {
            state.Installed(position);
            _verified = chunk.Base.Sequence;
            _committedByFirst = Math.Max(_committedByFirst, chunk.Base.Sequence);
        }
    }

    internal void OnFetch(NodeId from, LogFetch fetch)
    {
        if (!Holds(fetch.After))
        {
            return;
        }

        ReadOnlyMemory<byte> frames = default;
        if (fetch.After.Sequence < state.Log.Last.Sequence)
        {
            frames = state.Log.Read(fetch.After.Sequence + 1, state.Options.MaxBatchBytes, out _);
        }

        state.Send(from, new LogSuffix(state.Epoch, fetch.After, frames, state.Log.Last));
    }

    /// <summary>Acknowledges and commits what has become stable.</summary>
    internal void Advance()
    {
        state.Commit(_committedByFirst);
        var stable = Math.Min(_verified, state.Durable);
        if (stable >= _verified ? _owesAck : stable > _acknowledged)
        {
            _owesAck = stable < _verified;
            _acknowledged = stable;
            state.Send(First, new AppendAck(state.Epoch, stable, state.Options.Incarnation));
            if (state.EpochAt(stable) == state.Epoch)
            {
                state.TailIsProven();
            }
        }

        if (_owesSnapshotAck && _chunk is { } chunk && (!chunk.IsLast || state.StablePosition >= _installedPosition))
        {
            _owesSnapshotAck = false;
            state.Send(First, new SnapshotAck(state.Epoch, chunk.Transfer, chunk.Number, state.Options.Incarnation));
        }
    }

    private bool Holds(Lsn position) =>
        position.Sequence == 0
            ? state.Log.Base.Sequence == 0
            : position.Sequence >= state.Log.Base.Sequence
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
