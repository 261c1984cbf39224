using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;
using Catena.Storage.Errors;
using Catena.Storage.Indexing;
using Catena.Storage.Journaling;

namespace Catena.Storage.Partitions;

/// <summary>What one node holds of one partition: its log in the journal, its state in memory, and the replica's own durable facts.</summary>
/// <remarks>
/// <para>
/// Every member needs the partition's lock, which the host has, except lookups and scans (<c>TryGet</c>, <c>TryGetVersion</c>, <see cref="Scan" />,
/// <see cref="ReadSnapshotChunk" />, <see cref="Count" />): those run on any thread beside a writer. Methods that append return the journal position that must
/// be durable (<see cref="NodeStorage.DurablePosition" />) for what they did to survive; memory shows it at once.
/// </para>
/// <para>
/// A snapshot arrives beside what is there: <see cref="BeginInstall" />, <see cref="InstallChunk" />, <see cref="EndInstall" />. Until its end the old log and state stay
/// readable and are what recovery finds; the end replaces both at once, in memory and in recovery. Whatever else changes the log meanwhile
/// abandons the snapshot.
/// </para>
/// </remarks>
/// <exception cref="StorageFailedException">By any member that appends: the disk has failed, the process must stop.</exception>
/// <exception cref="StorageDamagedException">By any member that reads: what is on disk is not what was written; give the partition up.</exception>
public sealed partial class PartitionStore
{
    private readonly Journal _journal;
    private readonly MemoryBudget _memory;
    private readonly PartitionLog _log;
    private readonly UnappliedKeys _unapplied = new();
    private readonly RecordReader _reader;
    private readonly ArrayBufferWriter<byte> _body = new();
    private volatile PartitionState _state;
    private readonly SumBook _sums = new();
    private Installation? _installation;
    private byte[] _replicaState = [];
    private long _firstRecord;
    private ulong _control;
    private ulong _applied;
    private volatile int _copy;

    internal PartitionStore(PartitionId id, Journal journal, NodeStorageOptions options, MemoryBudget memory)
    {
        Id = id;
        _journal = journal;
        _memory = memory;
        _log = new PartitionLog(options.RetainedLogEntries);
        _reader = new RecordReader(journal.Buffers, journal.Files);
        _state = NewState();
    }

    /// <summary>The partition.</summary>
    public PartitionId Id { get; }

    /// <summary>The last entry of the log, durable or not; the base where there is none.</summary>
    public Lsn LastLsn => _log.Last;

    /// <summary>What the log starts after: zero, or the position of the snapshot that was installed last.</summary>
    public Lsn BaseLsn => _log.Base;

    /// <summary>The first entry that <see cref="ReadFrames" /> can read; one after the last where it can read none.</summary>
    public ulong FirstReadable => _log.FirstReadable;

    /// <summary>The epochs of the log and of what preceded its base, in order.</summary>
    public IReadOnlyList<EpochStart> Lineage => _log.Lineage;

    /// <summary>
    /// Whether entries may be missing at the end of the log, since the journal's end was torn: such a replica neither leads nor shrinks
    /// a configuration before it has synced with another member. Kept across restarts until <see cref="MarkTail" /> or an install ends it.
    /// </summary>
    public bool LostTail { get; private set; }

    /// <summary>
    /// Whether the content was given up because of damage. Such a replica acknowledges nothing and rejoins as a learner; what
    /// <see cref="ReplicaState" /> says may be old. Ended by an install, or by a reset for another reason.
    /// </summary>
    public bool GivenUp { get; private set; }

    /// <summary>The bytes saved last by <see cref="SaveReplicaState" />; empty where none were. A reset keeps them.</summary>
    public ReadOnlyMemory<byte> ReplicaState => _replicaState;

    /// <summary>The last entry that has been applied.</summary>
    public Lsn Applied => new(EpochOf(_applied), _applied);

    /// <summary>The last deletion of a key of some slots that is applied, or a later position.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="last">The last slot.</param>
    public Lsn LastDeletion(ushort first, ushort last) => _state.Deletions.Last(first, last);

    /// <summary>The state is exact only once this sequence has been applied: a snapshot is read while writes go on. 0 where none was installed.</summary>
    public ulong CompleteThrough { get; private set; }

    /// <summary>Whether a snapshot is arriving.</summary>
    public bool IsInstalling => _installation is not null;

    /// <summary>The results of requests that may be retried, as of <see cref="Applied" />.</summary>
    public RequestResults Results => _state.Results;

    /// <summary>The number of keys.</summary>
    public long Count => _state.Count;

    /// <summary>The number of clients' keys, of all tables. Any thread.</summary>
    public long ClientKeys
    {
        get
        {
            var state = _state;
            return state.Count - state.Tables.Reserved;
        }
    }

    /// <summary>The number of keys of the default table. Any thread.</summary>
    public long DefaultKeys
    {
        get
        {
            var state = _state;
            return state.Count - state.Tables.Reserved - state.Tables.Named;
        }
    }

    /// <summary>The number of keys of a table of clients, under the partition's lock.</summary>
    public long KeysOf(ushort table) => table == 0 ? DefaultKeys : _state.Tables.Of(table);

    /// <summary>Another number whenever the state is replaced as a whole: by a reset, or by the end of an install. Any thread.</summary>
    /// <remarks>
    /// It changes before the state does. Who reads without the partition's lock notes it first: where it is another afterwards, what was read, or that
    /// it could not be read, means nothing.
    /// </remarks>
    public int Copy => _copy;

    /// <summary>Who is told what changes of what the partition keeps for itself, entry by entry; not of what comes with a snapshot (<see cref="Copy" />).</summary>
    public IRecordObserver? Observer { get; set; }

    /// <summary>The memory that the index takes, outside the garbage-collected heap.</summary>
    public long MemoryBytes => _state.MemoryBytes + (_installation?.State.MemoryBytes ?? 0);

    /// <summary>
    /// What the state summed up to at the last positions that are multiples of 1,024, and what it does now: to compare replicas, which sum up to the same at the same position. None
    /// where the state is not exact yet (<see cref="CompleteThrough" />).
    /// </summary>
    public ImmutableArray<StateSum> Sums => IsExact ? [.. _sums.All, new StateSum(Applied, _state.Sum)] : [];

    /// <summary>The bytes of values that stand in the index; a part of <see cref="MemoryBytes" />.</summary>
    public long InlineBytes => _state.InlineBytes + (_installation?.State.InlineBytes ?? 0);

    /// <summary>Whether the memory's limit is reached, so that nothing should be added that can be refused. Any thread.</summary>
    public bool IsMemoryFull => _memory.IsFull;

    private bool IsExact => _applied >= Math.Max(CompleteThrough, _exactFrom);

    internal Standing Standing => new(LastLsn, _control);

    /// <summary>The first record of the partition that this process has seen; null where there is none. Any thread.</summary>
    internal long? FirstRecord => Volatile.Read(ref _firstRecord) is var first and not 0 ? first : null;

    /// <summary>The epoch of an entry, by the log's lineage; none for sequence 0.</summary>
    /// <param name="sequence">The entry's sequence.</param>
    public Epoch EpochOf(ulong sequence) => _log.EpochOf(sequence);

    /// <summary>Appends the next entry.</summary>
    /// <param name="header">What it is; its sequence follows the last, its epoch is not under the last.</param>
    /// <param name="body">Its body.</param>
    /// <param name="allowReserve">Whether it may use the space held back on a full disk, as deletes and start entries may.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="StorageFullException">There is no space; nothing was appended.</exception>
    /// <exception cref="InvalidOperationException">The entry does not continue the log: a broken invariant.</exception>
    public long Append(in EntryHeader header, ReadOnlySpan<byte> body, bool allowReserve = false)
    {
        CheckContinues(header);
        var through = _journal.Append(header, body, allowReserve ? SpaceUse.Reserve : SpaceUse.Ordinary, new Standing(header.Lsn, _control), out var position);
        Appended(header, position, through, body);
        return through;
    }

    /// <summary>Appends the next entry from the frame that another node sent, without summing its body again.</summary>
    /// <param name="verifiedFrame">A frame that <see cref="EntryFrame.TryRead" /> has accepted.</param>
    /// <param name="allowReserve">Whether it may use the space held back on a full disk.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="StorageFullException">There is no space; nothing was appended.</exception>
    /// <exception cref="InvalidOperationException">The entry does not continue the log: a broken invariant.</exception>
    public long AppendFrame(ReadOnlySpan<byte> verifiedFrame, bool allowReserve = false)
    {
        var header = EntryFrame.ReadHeader(verifiedFrame);
        CheckContinues(header);
        var through = _journal.AppendFrame(header, verifiedFrame, allowReserve ? SpaceUse.Reserve : SpaceUse.Ordinary, new Standing(header.Lsn, _control), out var position);
        Appended(header, position, through, verifiedFrame[EntryFrame.HeaderLength..]);
        return through;
    }

    /// <summary>Ends the log at an earlier entry.</summary>
    /// <param name="lastKept">The entry that becomes the last; neither under what is applied nor behind the present last.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="InvalidOperationException">It would cut what is applied: a broken invariant.</exception>
    public long Truncate(ulong lastKept)
    {
        if (lastKept < _applied || lastKept > LastLsn.Sequence)
        {
            ThrowBroken($"Partition {Id} cannot be cut after {lastKept}: {_applied} is applied and {LastLsn} the last.");
        }

        Span<byte> body = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(body, lastKept);
        var through = AppendControl(RecordType.Truncate, body, new Lsn(EpochOf(lastKept), lastKept), out _);
        _installation = null;
        _log.Truncate(lastKept);
        _unapplied.Clear();
        return through;
    }

    /// <summary>Saves the replica's own durable facts; the latest wins.</summary>
    /// <param name="state">Opaque here.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    public long SaveReplicaState(ReadOnlySpan<byte> state)
    {
        var through = AppendControl(RecordType.ReplicaState, state, LastLsn, out _);
        _replicaState = state.ToArray();
        return through;
    }

    /// <summary>Says whether entries may be missing at the log's end: false once the replica has synced with another member.</summary>
    /// <param name="lost">What <see cref="LostTail" /> says from now on.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    public long MarkTail(bool lost)
    {
        var through = AppendControl(RecordType.TailLost, [lost ? (byte)1 : (byte)0], LastLsn, out _);
        LostTail = lost;
        return through;
    }

    /// <summary>Gives up everything that is held of the partition but <see cref="ReplicaState" />.</summary>
    /// <param name="reason">Why; recorded.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    public long Reset(ResetReason reason)
    {
        var through = AppendControl(RecordType.Reset, [(byte)reason], Lsn.Zero, out _);
        Clear(reason);
        return through;
    }

    /// <summary>Copies entries, in order, as the frames that travel between nodes.</summary>
    /// <param name="from">The first wanted; not under <see cref="FirstReadable" />.</param>
    /// <param name="through">The last wanted.</param>
    /// <param name="maxBytes">No further entry once this would be exceeded; the first goes in any case.</param>
    /// <param name="output">Where to.</param>
    /// <returns>How many entries were copied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The first entry wanted is no longer kept.</exception>
    public int ReadFrames(ulong from, ulong through, int maxBytes, IBufferWriter<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, FirstReadable);
        var count = 0;
        var total = 0L;
        try
        {
            for (var sequence = from; sequence <= through && sequence <= LastLsn.Sequence; sequence++)
            {
                var frame = ReadEntry(sequence, out var checksum);
                total += frame.Length;
                if (count > 0 && total > maxBytes)
                {
                    break;
                }

                var copy = output.GetSpan(frame.Length);
                frame.CopyTo(copy);
                JournalRecord.SetChecksum(copy, checksum);
                output.Advance(frame.Length);
                count++;
            }
        }
        finally
        {
            _reader.Release();
        }

        return count;
    }

    /// <summary>Keeps the entries after a sequence readable while they are needed for a transfer.</summary>
    /// <param name="sequence">The entry after which entries are needed.</param>
    public void PinLog(ulong sequence) => _log.Pin(sequence);

    /// <summary>Ends one <see cref="PinLog" /> of the same sequence.</summary>
    /// <param name="sequence">What was pinned.</param>
    public void UnpinLog(ulong sequence) => _log.Unpin(sequence);

    /// <summary>Forgets where entries are that cannot be read any more, and all before them: <see cref="FirstReadable" /> moves on.</summary>
    /// <param name="sequence">The last to forget; applied.</param>
    public void ForgetLogThrough(ulong sequence)
    {
        if (sequence > _applied)
        {
            ThrowBroken($"Partition {Id} cannot forget entry {sequence}: only {_applied} is applied.");
        }

        _log.ForgetThrough(sequence);
    }

    /// <summary>Applies entries in order.</summary>
    /// <param name="sequence">The last to apply; at most the log's last.</param>
    /// <exception cref="InvalidOperationException">There is no such entry, or one is malformed: a broken invariant.</exception>
    public void ApplyThrough(ulong sequence)
    {
        if (sequence <= _applied)
        {
            return;
        }

        if (sequence > LastLsn.Sequence)
        {
            ThrowBroken($"Partition {Id} cannot apply {sequence}: {LastLsn} is the last.");
        }

        try
        {
            while (_applied < sequence)
            {
                var next = _applied + 1;
                _state.Apply(ReadEntry(next, out _), _log.PositionOf(next), _unapplied.Take(next), Observer);
                _applied = next;
                if (SumBook.IsDue(next) && IsExact)
                {
                    _sums.Record(Applied, _state.Sum);
                }
            }
        }
        finally
        {
            _reader.Release();
        }

        _log.Trim(_applied);
    }

    /// <summary>Looks a key up. Any thread.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="value">Where its value is written.</param>
    /// <param name="version">The LSN of its last write.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never. Past it the key is still here until its expiry is an entry.</param>
    /// <returns>Whether the key is there.</returns>
    public bool TryGet(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry) =>
        _state.TryGet(storedKey, ref value, out version, out expiry);

    /// <summary>Looks a key up, writing its value to a writer of the caller's own type. Any thread.</summary>
    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, IBufferWriter{byte}, out Lsn, out long)" />
    /// <typeparam name="TWriter">A writer, perhaps a ref struct.</typeparam>
    public bool TryGet<TWriter>(ReadOnlySpan<byte> storedKey, ref TWriter value, out Lsn version, out long expiry)
        where TWriter : IBufferWriter<byte>, allows ref struct =>
        _state.TryGet(storedKey, ref value, out version, out expiry);

    /// <summary>Looks up a key's version without its value. Any thread.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="version">The LSN of its last write.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <returns>Whether the key is there.</returns>
    public bool TryGetVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry) =>
        _state.TryGetVersion(storedKey, out version, out expiry);

    /// <summary>Visits keys in byte order. Any thread; nothing is held between visits, so a scan beside writes sees each key as of some moment of it.</summary>
    /// <param name="from">The first stored key wanted; empty for the first there is.</param>
    /// <param name="toExclusive">The first stored key not wanted; empty for no end.</param>
    /// <param name="maxEntries">How many visits at most; at least one.</param>
    /// <param name="maxBytes">No further visit once so many bytes of keys and values were visited.</param>
    /// <param name="visitor">Who is visited.</param>
    /// <typeparam name="TVisitor">The visitor's type, perhaps a ref struct.</typeparam>
    public ScanOutcome Scan<TVisitor>(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> toExclusive, int maxEntries, int maxBytes, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct =>
        _state.Scan(from, toExclusive, maxEntries, maxBytes, ref visitor);

    /// <summary>Visits keys as <see cref="Scan" /> does, without reading the journal: values that are not in the index are shown as empty. Any thread.</summary>
    /// <inheritdoc cref="Scan" />
    public ScanOutcome ScanKeys<TVisitor>(ReadOnlySpan<byte> from, ReadOnlySpan<byte> toExclusive, int maxEntries, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct =>
        _state.Scan(from, toExclusive, maxEntries, long.MaxValue, ref visitor, readsJournal: false);

    /// <summary>A digest of the whole state, the same wherever keys, values, versions and expiry times are the same.</summary>
    /// <remarks>Reads everything: for tests and for the comparison of replicas at rest. Not cryptographic.</remarks>
    public ulong Digest()
    {
        var digest = new StateDigest();
        _state.Scan(default, default, int.MaxValue, long.MaxValue, ref digest);
        return digest.Value;
    }

    /// <summary>Frees the memory of the state; nobody may use the store afterwards.</summary>
    internal void Close()
    {
        _state.Dispose();
        _installation?.State.Dispose();
    }

    [DoesNotReturn]
    private static void ThrowBroken(string what) => throw new InvalidOperationException(what);

    private PartitionState NewState() => new(_journal, _memory);

    private void CheckContinues(in EntryHeader header)
    {
        if (header.Partition != Id || !_log.Continues(header.Lsn) || (byte)header.Type >= (byte)RecordType.Mark)
        {
            ThrowBroken($"An entry {header.Type} {header.Lsn} of partition {header.Partition} does not continue partition {Id} after {LastLsn}.");
        }
    }

    private void Added(in Lsn lsn, long position)
    {
        NoteFirstRecord(position);
        _installation = null;
        _log.Add(lsn, position);
    }

    private void Appended(in EntryHeader header, long position, long through, ReadOnlySpan<byte> body)
    {
        Added(header.Lsn, position);
        if (header.Type == EntryType.Write)
        {
            _unapplied.Add(header.Lsn.Sequence, through, body);
        }
    }

    private ReadOnlySpan<byte> ReadEntry(ulong sequence, out uint checksum)
    {
        if (sequence < FirstReadable)
        {
            ThrowBroken($"Entry {sequence} of partition {Id} is no longer kept: {FirstReadable} is the first.");
        }

        var position = _log.PositionOf(sequence);
        try
        {
            var frame = _reader.Read(position, out checksum);
            var header = EntryFrame.ReadHeader(frame);
            if (header.Partition == Id && header.Lsn.Sequence == sequence)
            {
                return frame;
            }
        }
        catch (StorageDamagedException damage)
        {
            throw new StorageDamagedException($"Entry {sequence} cannot be read: {damage.Message}", damage) { Sequence = sequence };
        }

        throw new StorageDamagedException($"At {JournalPosition.Describe(position)} is another record than entry {sequence}.") { Sequence = sequence };
    }

    private void NoteFirstRecord(long position)
    {
        if (_firstRecord == 0)
        {
            Volatile.Write(ref _firstRecord, position);
        }
    }

    private long AppendControl(RecordType type, ReadOnlySpan<byte> body, in Lsn last, out long position, SpaceUse use = SpaceUse.Control)
    {
        var number = _control + 1;
        var header = new EntryHeader(Id, new Lsn(Epoch.None, number), (EntryType)type, number);
        var through = _journal.Append(header, body, use, new Standing(last, number), out position);
        NoteFirstRecord(position);
        _control = number;
        return through;
    }

    private void Clear(ResetReason reason)
    {
        _installation = null;
        _copy++;
        _state = NewState();
        _log.Restart(Lsn.Zero, []);
        _unapplied.Clear();
        _applied = 0;
        _exactFrom = 0;
        _knownCommitted = 0;
        _sums.Clear();
        CompleteThrough = 0;
        LostTail = false;
        GivenUp = reason == ResetReason.Damaged;
    }
}
