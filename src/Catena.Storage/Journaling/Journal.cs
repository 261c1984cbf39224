using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;

namespace Catena.Storage.Journaling;

/// <summary>The node's one append-only log on disk, shared by its partitions, with group commit.</summary>
/// <remarks>
/// <para>
/// Appending copies a record into the current buffer under a short lock and gives it its position. <see cref="Flush" /> ends the batch
/// with a mark, writes what is buffered and syncs once for all who wait; meanwhile appends go on behind the mark. One
/// thread at a time may flush, any may append and read.
/// </para>
/// <para>
/// Rules that recovery relies on: a segment is synced whole before the next one is written to; every batch ends with a mark; no record
/// straddles segments; once a write or sync has failed, nothing is written any more.
/// </para>
/// </remarks>
internal sealed class Journal : IDisposable
{
    /// <summary>What part of a segment only control records may use, of the last one that there is room for.</summary>
    private const int ControlShare = 8;

    private readonly Lock _append = new();
    private readonly Lock _syncing = new();
    private readonly Standings _standings = new();
    private readonly SegmentFiles _files;
    private readonly NodeIdentity _identity;
    private readonly MemoryBudget _memory;
    private readonly JournalBuffers _buffers;
    private readonly int _controlRoom;
    private readonly ArrayBufferWriter<byte> _markBody = new(256);
    private readonly List<WriteRange> _ranges = [];
    private readonly CacheTrim _trim;

    private Segment? _segment;
    private int _offset;
    private bool _needsMark;
    private bool _isClean;
    private bool _holdsValues;
    private bool _writesValues;
    private long _appended;
    private long _appendedBytes;
    private long _durable;
    private long _synced;
    private long _syncWanted;
    private Segment? _unsynced;
    private StorageFailedException? _failure;
    private volatile bool _isExhausted;

    internal Journal(SegmentFiles files, in NodeIdentity identity, NodeStorageOptions options, MemoryBudget memory)
    {
        _files = files;
        _identity = identity;
        _memory = memory;
        _buffers = new JournalBuffers(options);
        _trim = new CacheTrim(files);
        _controlRoom = options.SegmentBytes / ControlShare;
    }

    /// <summary>The end of what has been appended.</summary>
    internal long Appended => Volatile.Read(ref _appended);

    /// <summary>How many bytes this process has appended.</summary>
    internal long AppendedBytes => Volatile.Read(ref _appendedBytes);

    /// <summary>The end of what is stable as the last flush made it: synced, or only written where it was told not to sync.</summary>
    internal long Durable => Volatile.Read(ref _durable);

    /// <summary>Everything before it has been synced.</summary>
    internal long Synced => Volatile.Read(ref _synced);

    /// <summary>The journal's newest part in memory.</summary>
    internal JournalBuffers Buffers => _buffers;

    /// <summary>The journal's files.</summary>
    internal SegmentFiles Files => _files;

    /// <summary>Whether not even what may use the reserve found space, and none has been found since.</summary>
    internal bool IsExhausted => _isExhausted && _files.SpareCount == 0;

    /// <summary>Whether more than half of the current segment is used, so that another spare should be made.</summary>
    internal bool IsPastHalf
    {
        get
        {
            lock (_append)
            {
                return _segment is not null && _offset > _segment.Length / 2;
            }
        }
    }

    /// <summary>Has the next flush sync even if it is told not to, where that is needed to make a position durable.</summary>
    internal void WantSync(long position) => Volatile.Write(ref _syncWanted, position);

    /// <summary>About how many bytes lie between a position and the end.</summary>
    internal long Distance(long from)
    {
        var bytes = 0L;
        foreach (var segment in _files.InUse)
        {
            bytes += segment.Id > JournalPosition.SegmentOf(from) ? segment.Length
                : segment.Id == JournalPosition.SegmentOf(from) ? segment.Length - JournalPosition.OffsetOf(from) : 0;
        }

        lock (_append)
        {
            return Math.Max(0, bytes - (_segment is null ? 0 : _segment.Length - _offset));
        }
    }

    /// <summary>The beginning of the segment that lies about so many bytes before the end; zero where there are not so many.</summary>
    internal long PositionBefore(long bytes)
    {
        var segments = _files.InUse;
        for (var index = segments.Length - 1; index >= 0; index--)
        {
            bytes -= segments[index].Length;
            if (bytes <= 0)
            {
                return JournalPosition.At(segments[index].Id, 0);
            }
        }

        return 0;
    }

    /// <summary>Goes on after what recovery found.</summary>
    /// <param name="segment">The last segment, or null where there is none yet.</param>
    /// <param name="offset">Where its records end.</param>
    /// <param name="closed">Whether a closing mark ends it, so that nothing may follow.</param>
    /// <param name="isClean">Whether it ended with the mark of a storage that was closed in order.</param>
    internal void Resume(Segment? segment, int offset, bool closed, bool isClean)
    {
        lock (_append)
        {
            _segment = segment;
            _isClean = isClean;
            if (segment is not null)
            {
                _offset = closed ? segment.Length : offset;
                _appended = _durable = _synced = JournalPosition.At(segment.Id, offset);
                _standings.Restart(_appended);
                _trim.Begin(_appended);
            }
        }
    }

    /// <summary>Notes where a partition stands, as recovery found it.</summary>
    internal void NoteStanding(PartitionId partition, in Standing standing)
    {
        lock (_append)
        {
            _standings.Set(partition, standing);
        }
    }

    /// <summary>Appends a record.</summary>
    /// <param name="header">What its frame's header says.</param>
    /// <param name="body">Its body.</param>
    /// <param name="use">What it may use of the space held back.</param>
    /// <param name="standing">Where its partition stands after it.</param>
    /// <param name="position">Where the record is.</param>
    /// <returns>The position up to which the journal must be durable for the record to be.</returns>
    /// <exception cref="StorageFullException">There is no space; nothing was appended.</exception>
    internal long Append(in EntryHeader header, ReadOnlySpan<byte> body, SpaceUse use, in Standing standing, out long position)
    {
        if (body.Length > EntryFrame.MaxLength - EntryFrame.HeaderLength)
        {
            throw new ArgumentException($"A body of {body.Length} bytes is longer than a frame may be.", nameof(body));
        }

        Span<byte> start = stackalloc byte[EntryFrame.HeaderLength];
        EntryFrame.WriteHeader(start, header, body);
        return Append(start, body, header, use, standing, out position);
    }

    /// <summary>Appends a frame whose checksum has been verified.</summary>
    internal long AppendFrame(in EntryHeader header, ReadOnlySpan<byte> frame, SpaceUse use, in Standing standing, out long position)
    {
        if (frame.Length > EntryFrame.MaxLength)
        {
            throw new ArgumentException($"A frame of {frame.Length} bytes is longer than one may be.", nameof(frame));
        }

        return Append(frame[..EntryFrame.HeaderLength], frame[EntryFrame.HeaderLength..], header, use, standing, out position);
    }

    /// <summary>Writes everything appended before the call, and syncs it where asked to.</summary>
    /// <param name="sync">False to leave the sync to the operating system.</param>
    /// <returns>Whether <see cref="Durable" /> has moved or something unsynced was synced.</returns>
    /// <exception cref="StorageFailedException">The disk refused; everything after this refuses, too.</exception>
    internal bool Flush(bool sync) => FlushAppended(sync, maySync: true);

    /// <summary>Writes everything appended before the call, where that takes no sync.</summary>
    /// <returns>Whether nothing is left that was appended before the call: false where a sync is due first, and then nothing was written.</returns>
    /// <exception cref="StorageFailedException">The disk refused; everything after this refuses, too.</exception>
    internal bool TryFlushUnsynced()
    {
        FlushAppended(sync: false, maySync: false);
        return _ranges.Count == 0;
    }

    private bool FlushAppended(bool sync, bool maySync)
    {
        long target;
        lock (_append)
        {
            ThrowIfFailed();
            if (_needsMark)
            {
                AppendMark(MarkFlags.None);
            }

            sync |= Volatile.Read(ref _syncWanted) > Volatile.Read(ref _synced);
            target = _appended;
            _ranges.Clear();
            _buffers.CollectUnwritten(_ranges);
            _writesValues |= _holdsValues;
            _holdsValues = false;
        }

        if ((_ranges.Count == 0 && (!sync || _unsynced is null)) || (!maySync && (sync || NeedsSyncBetween())))
        {
            return false;
        }

        try
        {
            WriteRanges();
            if (sync && _unsynced is not null)
            {
                Sync(_unsynced);
                Volatile.Write(ref _unsynced, null);
                Volatile.Write(ref _synced, target);
            }
        }
        catch (Exception failure) when (failure is StorageFailedException or StorageFullException or IOException)
        {
            var failed = new StorageFailedException($"Writing the journal failed, so the process must stop: {failure.Message}", failure);
            Volatile.Write(ref _failure, failed);
            throw failed;
        }

        _ranges.Clear();
        _writesValues = false;
        Volatile.Write(ref _durable, target);
        lock (_append)
        {
            _buffers.Trim();
        }

        return true;
    }

    /// <summary>
    /// Syncs what has been written and not synced, beside those who append and flush, so that the sync that ends a segment finds little left to do; and lets the operating system forget it
    /// where nobody reads it soon.
    /// </summary>
    /// <remarks>One thread at a time. Neither <see cref="Durable" /> nor <see cref="Synced" /> moves.</remarks>
    /// <exception cref="StorageFailedException">The disk refused; everything after this refuses, too.</exception>
    internal void SyncAhead()
    {
        var synced = Synced;
        if (Volatile.Read(ref _unsynced) is { } segment && segment.TryEnter())
        {
            try
            {
                var through = JournalPosition.At(segment.Id, segment.Written);
                Sync(segment);
                synced = Math.Max(synced, through);
            }
            finally
            {
                segment.Exit();
            }
        }

        _trim.Synced(synced);
    }

    /// <summary>Whether a segment ends in what is to be written, or before it, that is synced before the next is begun.</summary>
    private bool NeedsSyncBetween()
    {
        var last = _unsynced;
        foreach (var range in _ranges)
        {
            if (last is not null && last != range.Buffer.Segment)
            {
                return true;
            }

            last = range.Buffer.Segment;
        }

        return false;
    }

    /// <summary>Ends the journal with a mark that lists every partition, to be flushed by the caller.</summary>
    internal void MarkAll(MarkFlags flags)
    {
        lock (_append)
        {
            ThrowIfFailed();
            AppendMark(flags | MarkFlags.All);
            _isClean = false;
        }
    }

    /// <summary>Ends the journal with the mark of a storage that is closed in order, unless nothing was appended since it last was.</summary>
    internal void EndClean()
    {
        lock (_append)
        {
            ThrowIfFailed();
            if (_segment is not null && !_isClean)
            {
                AppendMark(MarkFlags.Clean | MarkFlags.All);
                _isClean = true;
            }
        }
    }

    /// <summary>Throws where the disk has failed before.</summary>
    internal void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            throw new StorageFailedException(failure.Message, failure);
        }
    }

    /// <summary>Closes everything; what has not been flushed is lost.</summary>
    public void Dispose()
    {
        _buffers.Dispose();
        _files.Dispose();
    }

    private long Append(
        ReadOnlySpan<byte> start, ReadOnlySpan<byte> body, in EntryHeader header, SpaceUse use, in Standing standing, out long position)
    {
        var holdsValues = ValuesOfRecord.MayBeAbove(_memory.InlineLimit, header.Type, body);
        lock (_append)
        {
            ThrowIfFailed();
            _standings.Expect(header.Partition);
            EnsureRoom(JournalRecord.RoomFor(start.Length + body.Length), use);
            position = Place(start, body);
            _standings.Set(header.Partition, standing);
            _needsMark = true;
            _isClean = false;
            _holdsValues |= holdsValues;
            return _appended;
        }
    }

    private void EnsureRoom(int room, SpaceUse use)
    {
        try
        {
            // Two marks: one for a flush, and one to close the segment when the next record turns out not to fit behind that.
            var end = (long)_offset + room + (2 * _standings.MarkRoom);
            if (_segment is null || end > _segment.Length)
            {
                BeginSegment(room, use);
            }
            else if (_files.SpareCount == 0 && IsHeldBack(end, use) && !_files.TryPrepare(1))
            {
                ThrowFull();
            }
        }
        catch (StorageFailedException failure)
        {
            Volatile.Write(ref _failure, failure);
            throw;
        }
        catch (StorageFullException) when (use != SpaceUse.Ordinary)
        {
            _isExhausted = true;
            throw;
        }

        _isExhausted &= use != SpaceUse.Reserve;
    }

    /// <summary>Whether the space up to an offset of the last segment there is room for is held back from a use.</summary>
    private bool IsHeldBack(long end, SpaceUse use) =>
        use == SpaceUse.Ordinary || (use == SpaceUse.Reserve && end > _segment!.Length - _controlRoom);

    private void BeginSegment(int room, SpaceUse use)
    {
        var needed = SegmentHeader.Length + (3 * (long)_standings.MarkRoom) + room + (use == SpaceUse.Reserve ? _controlRoom : 0);
        if (needed > int.MaxValue)
        {
            throw new ArgumentException($"A record of {room} bytes fits into no segment.");
        }

        var next = _files.Take((int)needed, use);
        if (_segment is not null && _offset <= _segment.Length - _standings.MarkRoom)
        {
            PlaceMark(MarkFlags.Closing);
        }

        _segment = next;
        _offset = 0;
        SegmentHeader.Write(Extend(SegmentHeader.Length), next.Id, _identity);
        PlaceMark(MarkFlags.All);
    }

    private void AppendMark(MarkFlags flags)
    {
        // Every append has left room for it, unless recovery has resumed at the very end of a segment.
        if (_segment is null || _offset > _segment.Length - _standings.MarkRoom)
        {
            BeginSegment(0, SpaceUse.Control);
        }

        PlaceMark(flags);
        _needsMark = false;
    }

    private void PlaceMark(MarkFlags flags)
    {
        _markBody.ResetWrittenCount();
        _standings.WriteMark(_markBody, Volatile.Read(ref _synced), flags);
        Span<byte> start = stackalloc byte[EntryFrame.HeaderLength];
        EntryFrame.WriteHeader(start, new EntryHeader(JournalRecord.Node, Lsn.Zero, (EntryType)RecordType.Mark, 0), _markBody.WrittenSpan);
        Place(start, _markBody.WrittenSpan);
        _standings.BeginBatch(_appended);
    }

    private long Place(ReadOnlySpan<byte> start, ReadOnlySpan<byte> body)
    {
        var position = JournalPosition.At(_segment!.Id, _offset);
        var length = start.Length + body.Length;
        var destination = Extend(JournalRecord.RoomFor(length));
        start.CopyTo(destination);
        body.CopyTo(destination[start.Length..]);
        destination[length..].Clear();
        JournalRecord.SetChecksum(destination, JournalRecord.Bind(JournalRecord.ChecksumOf(start), position));
        return position;
    }

    private Span<byte> Extend(int room)
    {
        var span = _buffers.Extend(_segment!, _offset, room);
        _offset += room;
        Volatile.Write(ref _appendedBytes, _appendedBytes + room);
        Volatile.Write(ref _appended, JournalPosition.At(_segment!.Id, _offset));
        return span;
    }

    private void WriteRanges()
    {
        foreach (var range in _ranges)
        {
            var segment = range.Buffer.Segment;
            if (_unsynced is not null && _unsynced != segment)
            {
                Sync(_unsynced);
                Volatile.Write(ref _synced, JournalPosition.At(segment.Id, 0));
            }

            Volatile.Write(ref _unsynced, segment);
            segment.HoldsValues |= _writesValues;
            var offset = JournalPosition.OffsetOf(range.Buffer.Start) + range.From;
            segment.File.Append(offset, range.Buffer.Bytes(range.From, range.To - range.From), segment.MayHoldOldBytes ? JournalRecord.Alignment : 0, isReadSoon: _writesValues);
            range.Buffer.Written = range.To;
            segment.Written = offset + range.To - range.From;
        }
    }

    /// <summary>Syncs a segment, unless the disk has failed before: an operating system tells of a failure once, and whoever comes next would hear of none.</summary>
    private void Sync(Segment segment)
    {
        lock (_syncing)
        {
            ThrowIfFailed();
            try
            {
                segment.File.Sync();
            }
            catch (StorageFailedException failure)
            {
                Volatile.Write(ref _failure, failure);
                throw;
            }
        }
    }

    [DoesNotReturn]
    private static void ThrowFull() =>
        throw new StorageFullException("The disk is full: only deletes are taken, from the space held back.");
}
