using System.Buffers;
using Catena.Core.Primitives;
using Catena.Storage.Checkpoints;
using Catena.Storage.Journaling;

namespace Catena.Storage.Partitions;

/// <content>What checkpoints, compaction and scrubbing do to a partition. All under the partition's lock, like the rest.</content>
public sealed partial class PartitionStore
{
    /// <summary>A checkpoint's keys are those of some moment before this was applied; the state is exact only from here on.</summary>
    private ulong _exactFrom;

    /// <summary>Where the first entry is that has not been applied; null where there is none.</summary>
    internal long? FirstUnapplied => _applied < LastLsn.Sequence ? _log.PositionOf(_applied + 1) : null;

    /// <summary>The journal's first position that the readable log needs; null where it needs none.</summary>
    internal long? LogFrom => _log.FirstPosition;

    /// <summary>The state; replaced as a whole by a reset or the end of an install.</summary>
    internal PartitionState State => _state;

    /// <summary>Adds what of the journal the state, and a snapshot that is arriving, refer to.</summary>
    /// <param name="sums">The bytes of each segment.</param>
    /// <param name="arriving">The segments that the snapshot refers to.</param>
    internal void AddUsage(Dictionary<long, long> sums, HashSet<long> arriving)
    {
        _state.Usage.AddTo(sums);
        if (_installation is { } installation)
        {
            Dictionary<long, long> own = [];
            installation.State.Usage.AddTo(own);
            installation.State.Usage.AddTo(sums);
            arriving.UnionWith(own.Keys);
        }
    }

    /// <summary>All that a checkpoint says beside the keys.</summary>
    internal PartitionFacts Facts()
    {
        var results = new ArrayBufferWriter<byte>();
        _state.Results.WriteTo(results);
        return new PartitionFacts
        {
            Base = BaseLsn,
            Last = LastLsn,
            Lineage = [.. _log.Lineage],
            FirstReadable = FirstReadable,
            Positions = _log.Positions(),
            Applied = _applied,
            CompleteThrough = CompleteThrough,
            Control = _control,
            LostTail = LostTail,
            GivenUp = GivenUp,
            ReplicaState = _replicaState,
            Results = results.WrittenMemory,
        };
    }

    /// <summary>Takes over a checkpoint; before anything is replayed.</summary>
    /// <param name="facts">What it says beside the keys.</param>
    /// <param name="state">Its keys.</param>
    /// <param name="exactFrom">From which applied sequence on its keys are exact.</param>
    /// <param name="from">The position that it stands for.</param>
    /// <returns>False where the results of requests are malformed; nothing was done.</returns>
    internal bool TryRestore(PartitionFacts facts, PartitionState state, ulong exactFrom, long from)
    {
        var reader = new ByteReader(facts.Results.Span);
        if (!state.Results.TryReadFrom(ref reader) || !reader.IsAtEnd)
        {
            return false;
        }

        _state.Dispose();
        _state = state;
        _log.Restore(facts);
        _applied = facts.Applied;
        _exactFrom = exactFrom;
        _control = facts.Control;
        _replicaState = facts.ReplicaState.ToArray();
        CompleteThrough = facts.CompleteThrough;
        LostTail = facts.LostTail;
        GivenUp = facts.GivenUp;
        NoteFirstRecord(from);
        _state.Deletions.Since = Applied;
        return true;
    }

    /// <summary>Forgets the entries of the log that stand before a position of the journal, as far as nobody needs them.</summary>
    internal void ForgetLogBefore(long position) => _log.TrimBefore(position, _applied);

    /// <summary>Writes values again, so that the segment they stand in is needed no longer.</summary>
    /// <param name="chunk">A sealed piece in the form of a snapshot's: keys, versions and values as they are.</param>
    /// <exception cref="Errors.StorageFullException">There is no space; nothing was done.</exception>
    internal void Move(ReadOnlySpan<byte> chunk)
    {
        AppendControl(RecordType.Moved, chunk, LastLsn, out var position);
        _state.Move(_reader.Read(position, out _), position);
        _reader.Release();
    }

    /// <summary>Where the entries are that can be read, from <see cref="FirstReadable" /> on.</summary>
    internal long[] LogPositions() => _log.Positions();

    /// <summary>An empty state for a checkpoint to be loaded into.</summary>
    internal PartitionState EmptyState() => NewState();
}
