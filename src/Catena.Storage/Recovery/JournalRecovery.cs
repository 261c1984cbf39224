using Catena.Core.Primitives;
using Catena.Storage.Checkpoints;
using Catena.Storage.Devices;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Recovery;

/// <summary>Brings partitions back from the journal, and the journal into a state in which it can go on.</summary>
/// <remarks>
/// <para>
/// Two kinds of end are told apart (Alagappan et al., "Protocol-Aware Recovery for Consensus-Based Storage", 2018). Bytes that are no record, in the
/// last segment, with no later mark saying that they had been synced, are what a crash leaves of unsynced writes: the journal ends before them, whatever
/// follows. Such bytes anywhere else were durable once: they are damage, records behind them are still replayed, and partitions that cannot be proved
/// complete then are given up.
/// </para>
/// <para>
/// The journal of a directory that has an identity begins with a mark that was durable before the identity was. So a journal without one whole record
/// has lost them all, however much it looks like one whose first write was torn.
/// </para>
/// <para>All that recovery decides is durable before it returns: what is cut off is overwritten with zeros, and giving up is a record.</para>
/// </remarks>
internal sealed class JournalRecovery
{
    private readonly IStorageDevice _device;
    private readonly Journal _journal;
    private readonly NodeIdentity _identity;
    private readonly NodeFacts _node;
    private readonly Func<PartitionId, PartitionStore> _open;
    private readonly CheckpointLoad _checkpoints;
    private readonly int _threads;
    private readonly PartitionProofs _proofs;

    private readonly List<Segment> _tornBeginnings = [];

    /// <summary>The segments without a whole header: perhaps a crash left them half cleared, on the way to their next use.</summary>
    private readonly HashSet<long> _headless = [];

    private bool _isTorn;
    private bool _hadHoles;
    private bool _endsWithMark = true;
    private HashSet<ushort>? _tornPartitions;
    private MarkFlags _lastMark;
    private int _end;
    private long _synced;
    private long _logFrom;
    private bool _isClosed;

    internal JournalRecovery(
        IStorageDevice device,
        Journal journal,
        in NodeIdentity identity,
        NodeFacts node,
        CheckpointLoad checkpoints,
        Func<PartitionId, PartitionStore> open,
        int threads)
    {
        _threads = threads;
        _checkpoints = checkpoints;
        _device = device;
        _journal = journal;
        _identity = identity;
        _node = node;
        _open = open;
        _proofs = new PartitionProofs(open, node);
        _proofs.BeginNode(checkpoints.NodeFrom);
        foreach (var (partition, from, isLoaded) in checkpoints.Partitions)
        {
            _proofs.Begin(partition, from, isLoaded);
        }
    }

    /// <summary>Whether the journal ends without the mark of a storage that was closed in order.</summary>
    internal bool WasUnclean { get; private set; }

    /// <summary>Whether the end of the journal was cut off as torn.</summary>
    internal bool WasTorn => _isTorn;

    /// <summary>Recovers everything.</summary>
    /// <exception cref="StorageCorruptException">A segment belongs to something else or is of a newer format; nothing has been changed.</exception>
    internal void Run(Action<RecoveryProgress>? progress)
    {
        var segments = OpenSegments();
        var spares = TakeUnused(segments);
        var first = KeepUnreplayed(segments);
        for (var index = first; index < segments.Count; index++)
        {
            progress?.Invoke(new RecoveryProgress(index - first + 1, segments.Count - first));
            _journal.Files.Add(segments[index]);
            var expected = index > first ? segments[index - 1].Id + 1 : JournalPosition.SegmentOf(_checkpoints.From);
            if (segments[index].Id != expected && expected > 0)
            {
                NoteHole(JournalPosition.At(expected, 0), JournalPosition.At(segments[index].Id, 0));
            }

            Replay(segments[index], isLast: index == segments.Count - 1);

            // While the segment's bytes are in memory.
            _proofs.CatchUp(_threads);
        }

        if (segments.Count > 0)
        {
            // A segment is closed only for a record that did not fit into it, and that begins the next.
            _isTorn |= !_endsWithMark || _isClosed;
            WasUnclean = _isTorn || !_lastMark.HasFlag(MarkFlags.Clean);
            Repair(segments[^1]);
        }
        else
        {
            NoteNothingFound();
        }

        DeleteTornBeginnings();
        _journal.Files.DeleteUnfinished();
        _journal.Buffers.Unload();
        foreach (var spare in spares)
        {
            _journal.Files.Adopt(spare.Id, spare.File);
        }

        GoOn(segments.Count > 0 ? segments[^1] : null);
    }

    /// <summary>Registers the segments that are needed only for the values in them: checkpoints stand for their records.</summary>
    /// <remarks>Where one is missing among them, a checkpoint may still name log entries that were in it: they were given up with it.</remarks>
    /// <returns>The index of the first segment to replay.</returns>
    private int KeepUnreplayed(List<Segment> segments)
    {
        var first = segments.FindIndex(segment => segment.Id >= JournalPosition.SegmentOf(_checkpoints.From));
        first = first < 0 ? segments.Count : first;

        // The last segment is where the journal goes on, whatever is in it.
        first = Math.Max(0, Math.Min(first, segments.Count - 1));
        foreach (var segment in segments[..first])
        {
            _journal.Files.Add(segment);
        }

        var gapless = first;
        while (gapless > 0 && segments[gapless - 1].Id == segments[gapless].Id - 1 && !_headless.Contains(segments[gapless - 1].Id))
        {
            gapless--;
        }

        _logFrom = segments.Count == 0 ? 0 : JournalPosition.At(segments[gapless].Id, 0);
        return first;
    }

    private List<Segment> OpenSegments()
    {
        List<Segment> segments = [];
        Span<byte> header = stackalloc byte[SegmentHeader.Length];
        foreach (var id in SegmentFiles.IdsOf(_device))
        {
            var file = _device.Open(SegmentFiles.NameOf(id), create: false);
            if (file.Length > int.MaxValue)
            {
                throw new StorageCorruptException($"{SegmentFiles.NameOf(id)} is too long for a segment: {file.Length} bytes.");
            }

            if (!SegmentHeader.Check(header[..file.ReadPastBad(0, header)], SegmentFiles.NameOf(id), id, _identity))
            {
                _headless.Add(id);
            }

            segments.Add(new Segment(id, file, (int)file.Length, mayHoldOldBytes: true));
        }

        return segments;
    }

    /// <summary>Takes the segments behind the last that holds a record off the list: spares, or the torn beginning of one.</summary>
    private List<Segment> TakeUnused(List<Segment> segments)
    {
        List<Segment> spares = [];
        while (segments.Count > 0)
        {
            var segment = segments[^1];
            var scan = new SegmentScan(_journal.Buffers.Load(segment), segment.Id);
            if (HoldsRecords(scan))
            {
                break;
            }

            segments.RemoveAt(segments.Count - 1);
            var head = scan.Bytes[..Math.Min(scan.Bytes.Length, SegmentHeader.Length + JournalRecord.Alignment)];
            if (head.IndexOfAnyExcept((byte)0) < 0)
            {
                spares.Insert(0, segment);
            }
            else
            {
                _isTorn = true;
                _tornBeginnings.Add(segment);
            }
        }

        _journal.Buffers.Unload();
        return spares;
    }

    /// <summary>Whether a segment holds records that count: not where its first, the mark that lists all partitions, was torn with what follows it, since that proves nothing then.</summary>
    private static bool HoldsRecords(in SegmentScan scan)
    {
        var found = scan.Find(SegmentHeader.Length);
        return found == SegmentHeader.Length || (found > 0 && scan.ProvesSynced(found, scan.PositionAt(SegmentHeader.Length)));
    }

    private void Replay(Segment segment, bool isLast)
    {
        var scan = new SegmentScan(_journal.Buffers.Load(segment), segment.Id);
        var offset = SegmentHeader.Length;
        _isClosed = false;
        while (!_isClosed)
        {
            if (TryReplay(scan, offset, out var next))
            {
                offset = next;
                continue;
            }

            var found = scan.Find(offset + JournalRecord.Alignment);
            if (found < 0)
            {
                break;
            }

            if (isLast && !scan.ProvesSynced(found, scan.PositionAt(offset)))
            {
                NoteTorn(scan, offset, found);
                break;
            }

            NoteHole(scan.PositionAt(offset), scan.PositionAt(found));
            offset = found;
        }

        _end = Math.Min(offset, segment.Length);
        if (!_isClosed && !isLast)
        {
            NoteHole(scan.PositionAt(_end), JournalPosition.At(segment.Id + 1, 0));
        }

        if (!_isClosed && isLast && !scan.IsEmptyAt(_end))
        {
            _isTorn = true;
        }
    }

    private bool TryReplay(in SegmentScan scan, int offset, out int next)
    {
        if (!scan.TryRead(offset, out var header, out var body, out next))
        {
            return false;
        }

        _endsWithMark = (RecordType)header.Type == RecordType.Mark && Mark.TryRead(body, out _);
        if (!_endsWithMark)
        {
            _lastMark = MarkFlags.None;
            _proofs.Replay(header, body, scan.PositionAt(offset));
            return true;
        }

        Mark.TryRead(body, out var mark);
        _proofs.Check(mark, scan.PositionAt(offset));
        _synced = Math.Max(_synced, mark.Synced);
        _lastMark = mark.Flags;
        _isClosed = mark.Flags.HasFlag(MarkFlags.Closing);
        return true;
    }

    /// <summary>Notes that no record is left, of which there must have been one: nothing is torn, everything is damaged.</summary>
    private void NoteNothingFound()
    {
        _isTorn = false;
        WasUnclean = true;
        NoteHole(0, long.MaxValue);
    }

    private void NoteHole(long start, long end)
    {
        _hadHoles = true;
        _proofs.NoteHole(start, end);
    }

    /// <summary>Notes a torn end, and which partitions had records in it where its own marks tell.</summary>
    private void NoteTorn(in SegmentScan scan, int end, int found)
    {
        _isTorn = true;
        HashSet<ushort> listed = [];
        var isCovered = false;
        var endsWithMark = false;
        var behind = found;
        for (var offset = found; offset >= 0; offset = scan.Find(behind))
        {
            scan.TryRead(offset, out var header, out var body, out behind);
            endsWithMark = (RecordType)header.Type == RecordType.Mark;
            if (!endsWithMark || !Mark.TryRead(body, out var mark))
            {
                continue;
            }

            isCovered |= mark.Since <= scan.PositionAt(end);
            var lines = mark.Lines();
            for (var line = 0; line < mark.Count; line++)
            {
                Mark.ReadLine(ref lines, out var partition, out _);
                listed.Add(partition.Value);
            }
        }

        // Behind the last mark, too, records may have stood that are not whole any more.
        _tornPartitions = isCovered && endsWithMark && scan.IsEmptyAt(behind) ? listed : null;
    }

    /// <summary>Makes the last segment fit to go on in: what was cut off is zeroed, the rest written again and synced.</summary>
    /// <remarks>
    /// What was found may stand in the system's cache alone: if the last process ended because a sync failed, those pages count as clean, and a
    /// sync by itself would not write them (Rebello et al., "Can Applications Recover from fsync Failures?", 2020). So everything that no mark says
    /// to have been synced is written once more.
    /// Until the records are durable that say what may be lost, the end must go on looking torn: bytes that begin no record stay in
    /// the place of the next one, which will be written over them.
    /// </remarks>
    private void Repair(Segment segment)
    {
        var bytes = _journal.Buffers.Load(segment);
        var doubtful = JournalPosition.SegmentOf(_synced) == segment.Id ? Math.Min(JournalPosition.OffsetOf(_synced), _end) : 0;
        segment.File.Write(doubtful, bytes[doubtful.._end]);
        if (!SegmentHeader.Check(bytes, segment.Name, segment.Id, _identity))
        {
            Span<byte> header = stackalloc byte[SegmentHeader.Length];
            SegmentHeader.Write(header, segment.Id, _identity);
            segment.File.Write(0, header);
        }

        var length = bytes[_end..].LastIndexOfAnyExcept((byte)0) + 1;
        segment.MayHoldOldBytes = length > 0 && !_isTorn;
        if (_isTorn && length > 0)
        {
            var cleared = new byte[length];
            cleared.AsSpan(0, Math.Min(length, JournalRecord.Alignment)).Fill(byte.MaxValue);
            segment.File.Write(_end, cleared);
        }

        segment.File.Sync();
    }

    private void DeleteTornBeginnings()
    {
        foreach (var segment in _tornBeginnings)
        {
            segment.File.Dispose();
            _device.Delete(segment.Name);
        }
    }

    private void GoOn(Segment? last)
    {
        foreach (var partition in _proofs.Known.ToList())
        {
            var store = _open(partition);
            if (!store.TryEndReplay())
            {
                _proofs.GiveUp(partition);
            }

            store.ForgetLogBefore(_logFrom);

            _journal.NoteStanding(partition, store.Standing);
        }

        var isRecordKnown = TryTakeCopy();
        _journal.NoteStanding(JournalRecord.Node, _node.Standing);
        var isShort = GiveUpWhatIsCutOff(last is null ? 0 : JournalPosition.At(last.Id, _end));
        _journal.Resume(last, _end, _isClosed || isShort, isClean: last is not null && !WasUnclean);
        if (!_isTorn && !_hadHoles && !_proofs.IsNodeUnproved && !_proofs.Unproved.Any())
        {
            return;
        }

        foreach (var partition in _proofs.Unproved)
        {
            _open(partition).Reset(ResetReason.Damaged);
        }

        if (_isTorn)
        {
            MarkTails();
        }

        GiveUpForNode(isRecordKnown);

        _journal.MarkAll(MarkFlags.None);
        _journal.Flush(sync: true);
    }

    /// <summary>
    /// A checkpoint is put in force only once the journal is durable as far as it goes. Where the journal ends before that, its end was lost: what
    /// followed is not known, and nothing new may be written where recovery does not look.
    /// </summary>
    private bool GiveUpWhatIsCutOff(long end)
    {
        var isShort = _checkpoints.NodeFrom > end;
        if (isShort)
        {
            _proofs.GiveUpNode();
        }

        foreach (var (partition, from, _) in _checkpoints.Partitions)
        {
            if (from > end)
            {
                _proofs.GiveUp(partition);
                isShort = true;
            }
        }

        if (isShort)
        {
            _journal.Files.SkipTo(JournalPosition.SegmentOf(_checkpoints.Newest) + 1);
        }

        return isShort;
    }

    private void MarkTails()
    {
        // A partition whose first records were in the torn end is known from its mark alone.
        var concerned = _tornPartitions?.Where(number => number != JournalRecord.Node.Value).Select(number => new PartitionId(number));
        foreach (var partition in (concerned ?? _proofs.Known).Order())
        {
            var store = _open(partition);
            if (!store.LostTail && !store.GivenUp)
            {
                store.MarkTail(lost: true);
            }
        }
    }

    /// <summary>Takes the node's record from its copy, where that is whole: it is durable before the journal's record is appended, and so no older.</summary>
    private bool TryTakeCopy()
    {
        if (NodeRecordFile.TryRead(_device, _identity) is not { } copy || copy.Number < _node.RecordNumber)
        {
            return false;
        }

        _node.Save(copy.Record, copy.Number);
        return true;
    }

    private void GiveUpForNode(bool isRecordKnown)
    {
        var isAnyTorn = _isTorn && _tornPartitions is null;
        var mayBeTorn = isAnyTorn || (_isTorn && _tornPartitions!.Contains(JournalRecord.Node.Value));
        var mayLackRecord = _proofs.IsNodeUnproved || mayBeTorn;
        if (mayLackRecord && isRecordKnown)
        {
            // Once more: the mark that follows vouches for what the journal holds, and the copy may be damaged next.
            NodeRecords.Save(_device, _identity, _journal, _node, _node.Record);
        }

        var doubts = (mayLackRecord && !isRecordKnown ? NodeDoubts.Record : NodeDoubts.None)
            | (_proofs.MayLackPartitions ? NodeDoubts.UnknownGivenUp : NodeDoubts.None)
            | (isAnyTorn ? NodeDoubts.UnknownLostTail : NodeDoubts.None);
        if (doubts == NodeDoubts.None)
        {
            return;
        }

        _node.Doubts |= doubts;
        NodeRecords.Append(_journal, _node, RecordType.Reset, [(byte)doubts]);
    }
}
