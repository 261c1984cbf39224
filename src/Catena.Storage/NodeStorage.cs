using System.Collections.Concurrent;
using Catena.Core.Primitives;
using Catena.Storage.Checkpoints;
using Catena.Storage.Compaction;
using Catena.Storage.Devices;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;
using Catena.Storage.Recovery;

namespace Catena.Storage;

/// <summary>Everything that one node holds on disk: its identity, its journal, and the partitions in it.</summary>
/// <remarks>
/// <para>
/// It is a synchronous pump without threads, clocks or tasks of its own, so that server and simulator run the same code. Appending to a
/// partition buffers; <see cref="Flush" /> writes and syncs for all partitions at once (group commit: DeWitt et al., "Implementation Techniques for
/// Main Memory Database Systems", 1984) and moves <see cref="DurablePosition" />, which tells what was appended before and is safe now.
/// </para>
/// <para>
/// Threads: a partition's members belong to the partition's lock, as <see cref="PartitionStore" /> says. One thread at a time calls <see cref="Flush" />,
/// while others append. Every other member may be called by any thread.
/// </para>
/// </remarks>
public sealed class NodeStorage : IDisposable
{
    /// <summary>About how many bytes are appended between two looks at the memory in use.</summary>
    private const long BytesBetweenReviews = 256 * 1024;

    private readonly IStorageDevice _device;
    private readonly NodeStorageOptions _options;
    private readonly MemoryBudget _memory;
    private readonly NodeFacts _node = new();
    private readonly Lock _nodeGate = new();
    private readonly ConcurrentDictionary<ushort, PartitionStore> _partitions = [];
    private long _memoryReviewedAt;
    private Journal? _journal;
    private StorageMaintenance? _maintenance;
    private StorageScrubber? _scrubber;
    private bool _isDisposed;

    private NodeStorage(IStorageDevice device, NodeStorageOptions options)
    {
        _device = device;
        _options = options;
        _memory = new MemoryBudget(options);
    }

    /// <summary>Whose data this is; null before <see cref="Initialize" />.</summary>
    public NodeIdentity? Identity { get; private set; }

    /// <summary>
    /// Whether the last process that used the directory did not close it. Under durability <c>interval</c> and <c>os</c> every partition may have lost
    /// its tail then; under <c>always</c> it means nothing.
    /// </summary>
    public bool UncleanStop { get; private set; }

    /// <summary>Whether recovery cut the journal's end off as torn; the partitions concerned say <see cref="PartitionStore.LostTail" />.</summary>
    public bool TornEnd { get; private set; }

    /// <summary>The bytes saved last by <see cref="SaveNodeRecord" />; empty where none were.</summary>
    public ReadOnlyMemory<byte> NodeRecord => _node.Record;

    /// <summary>Whether a newer node record may have been lost, in damage or with a torn end of the journal and its copy besides, until the next one is saved: what it bounds must be assumed to be at its worst.</summary>
    public bool NodeRecordDoubtful => _node.IsRecordDoubtful;

    /// <summary>The partitions of which anything is held, in no order.</summary>
    public IEnumerable<PartitionStore> Partitions => _partitions.Values;

    /// <summary>The end of everything appended; positions order all that was ever appended to this journal.</summary>
    public long AppendedPosition => _journal?.Appended ?? 0;

    /// <summary>How many bytes this process has appended.</summary>
    public long AppendedBytes => _journal?.AppendedBytes ?? 0;

    /// <summary>The end of what the last <see cref="Flush" /> made stable.</summary>
    public long DurablePosition => _journal?.Durable ?? 0;

    /// <summary>Whether appends that may not use the space held back are taken.</summary>
    public bool HasSpace => _journal is not null && _journal.Files.SpareCount > 0;

    /// <summary>Whether the disk had no room for the last journal segment that was wanted, so that compaction is urgent.</summary>
    public bool IsShortOfSpace => _journal is not null && _journal.Files.IsShort;

    /// <summary>Checkpoints and compaction, for somebody to drive.</summary>
    /// <exception cref="InvalidOperationException">The directory has not been initialised.</exception>
    public StorageMaintenance Maintenance => _maintenance ?? throw new InvalidOperationException("The directory has not been initialised.");

    /// <summary>What reads everything again, for somebody to drive.</summary>
    /// <exception cref="InvalidOperationException">The directory has not been initialised.</exception>
    public StorageScrubber Scrubber => _scrubber ?? throw new InvalidOperationException("The directory has not been initialised.");

    /// <summary>The bytes that the journal's segments take on disk, spare ones aside.</summary>
    public long JournalBytes => _journal?.Files.BytesInUse ?? 0;

    /// <summary>What the disk has left.</summary>
    public long FreeBytes => _device.FreeBytes;

    /// <summary>
    /// Whether the disk is so full that not even entries of other nodes found space: the node can follow nobody until <see cref="PrepareSpace" /> finds some.
    /// </summary>
    public bool IsExhausted => _journal?.IsExhausted ?? false;

    /// <summary>The memory in use outside the garbage-collected heap.</summary>
    public MemoryUse MemoryUse
    {
        get
        {
            var (pages, inline) = (0L, 0L);
            foreach (var (_, partition) in _partitions)
            {
                pages += partition.MemoryBytes;
                inline += partition.InlineBytes;
            }

            return new MemoryUse(pages - inline, inline, _journal?.Buffers.MemoryBytes ?? 0);
        }
    }

    /// <summary>Opens a directory, recovering what is in it.</summary>
    /// <param name="device">The directory; stays the caller's.</param>
    /// <param name="options">Limits and sizes.</param>
    /// <param name="progress">Told before each segment is read.</param>
    /// <returns>The storage; all that recovery decided is durable.</returns>
    /// <exception cref="StorageCorruptException">The directory cannot be opened at all; nothing has been changed.</exception>
    /// <exception cref="StorageFailedException">The disk refused.</exception>
    public static NodeStorage Open(IStorageDevice device, NodeStorageOptions options, Action<RecoveryProgress>? progress = null)
    {
        options.Validate();
        var storage = new NodeStorage(device, options);
        try
        {
            storage.Recover(progress);
        }
        catch
        {
            storage._journal?.Dispose();
            throw;
        }

        return storage;
    }

    /// <summary>Makes an empty directory a node's, durably.</summary>
    /// <remarks>
    /// The journal's beginning is durable before the identity is: a directory that has an identity and no record has lost what it held. After a crash
    /// before that, the directory is nobody's, and what was left of the beginning is written anew.
    /// </remarks>
    /// <param name="identity">Whose it is from now on.</param>
    /// <exception cref="InvalidOperationException">It is somebody's already.</exception>
    /// <exception cref="StorageFullException">The disk has no room for a journal; the directory is nobody's still.</exception>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    public void Initialize(NodeIdentity identity)
    {
        if (Identity is not null)
        {
            throw new InvalidOperationException($"The directory belongs to node {Identity.Value.Node} already.");
        }

        foreach (var left in SegmentFiles.IdsOf(_device))
        {
            _device.Delete(SegmentFiles.NameOf(left));
        }

        var files = new SegmentFiles(_device, _options.SegmentBytes);
        files.DeleteUnfinished();
        var journal = new Journal(files, identity, _options, _memory);
        try
        {
            journal.MarkAll(MarkFlags.None);
            journal.Flush(sync: true);
            IdentityFile.Write(_device, identity);
        }
        catch
        {
            journal.Dispose();
            throw;
        }

        _journal = journal;
        Identity = identity;
        _maintenance = NewMaintenance([]);
        PrepareSpace();
    }

    /// <summary>Saves the node's own durable facts, such as the longest promise it has granted; the latest wins. A copy apart from the journal is written and synced at once, so this is for every start and not for every second.</summary>
    /// <param name="record">Opaque here.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    public long SaveNodeRecord(ReadOnlySpan<byte> record)
    {
        lock (_nodeGate)
        {
            // Before the identity, since it says what is wrong where there is none.
            var journal = Journal();
            return NodeRecords.Save(_device, Identity!.Value, journal, _node, record.ToArray());
        }
    }

    /// <summary>The store of a partition; an empty one where nothing is held of it.</summary>
    /// <param name="id">The partition.</param>
    public PartitionStore Partition(PartitionId id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Value, (ushort)16_383, nameof(id));
        if (_partitions.TryGetValue(id.Value, out var known))
        {
            return known;
        }

        lock (_nodeGate)
        {
            if (_partitions.TryGetValue(id.Value, out known))
            {
                return known;
            }

            var store = new PartitionStore(id, Journal(), _options, _memory);
            if (_node.Doubts.HasFlag(NodeDoubts.UnknownGivenUp))
            {
                store.Reset(ResetReason.Damaged);
            }
            else if (_node.Doubts.HasFlag(NodeDoubts.UnknownLostTail))
            {
                store.MarkTail(lost: true);
            }

            _partitions[id.Value] = store;
            return store;
        }
    }

    /// <summary>Writes everything appended before the call, and makes it stable.</summary>
    /// <param name="sync">False to leave the sync to the operating system, or to a later call: <see cref="DurablePosition" /> moves all the same.</param>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    public bool Flush(bool sync) => _journal?.Flush(sync) ?? false;

    /// <summary>As <see cref="Flush" /> without a sync, where none is due for other reasons: it takes no longer than the operating system takes to copy.</summary>
    /// <returns>False where a sync is due first; nothing is written then.</returns>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    public bool TryFlushUnsynced() => _journal?.TryFlushUnsynced() ?? true;

    /// <summary>Syncs what flushes have written without a sync, beside those who append and flush, and has the system forget what nobody reads soon.</summary>
    /// <remarks>For whoever flushes without syncing: a segment is synced when it ends, while all wait, and has little left to be synced then. One thread at a time; <see cref="DurablePosition" /> does not move.</remarks>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    public void SyncAhead() => _journal?.SyncAhead();

    /// <summary>Creates spare journal segments ahead of need, finds out whether a full disk has space again, and looks at the memory in use.</summary>
    /// <remarks>Any thread; worth calling after flushes. Without it, an append that needs a new segment waits for its creation.</remarks>
    /// <returns>Whether appends that may not use the space held back are taken.</returns>
    public bool PrepareSpace()
    {
        var journal = Journal();
        journal.ThrowIfFailed();
        ReviewMemory(journal);
        journal.Files.TryPrepare(journal.IsPastHalf ? 2 : 1);
        return HasSpace;
    }

    /// <summary>Makes checkpoints of everything, so that the next opening has next to nothing to replay; where the disk has no room for them, nothing is lost but time.</summary>
    /// <remarks>For a storage that is about to be closed: nobody else flushes or drives its maintenance meanwhile.</remarks>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <param name="replayBytes">So many bytes of journal may be left to be replayed: with no more than that, nothing is done.</param>
    public void Checkpoint(IPartitionLocks locks, long replayBytes)
    {
        // Its last step waits for the journal to be synced; a further call goes on where the one before ended.
        for (var attempt = 0; attempt < 3 && Maintenance.ReplayBytes > replayBytes && !Maintenance.TryCheckpoint(locks); attempt++)
        {
            Flush(sync: true);
        }
    }

    /// <summary>Writes and syncs what is left, marks the journal as closed in order, and closes it; after a failure, only closes.</summary>
    public void Close()
    {
        if (_isDisposed)
        {
            return;
        }

        try
        {
            if (_journal is not null)
            {
                _journal.EndClean();
                _journal.Flush(sync: true);
            }
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Closes the files as a crash would: what has not been flushed is lost, and the next opening finds an unclean stop.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _scrubber?.Close();
        _maintenance?.Dispose();
        foreach (var partition in _partitions.Values)
        {
            partition.Close();
        }

        _journal?.Dispose();
    }

    /// <summary>Looks at the memory in use, and at what of the disk must be held back for it to be written down.</summary>
    private void ReviewMemory(Journal journal)
    {
        // A look at every partition, so not after each flush.
        var appended = journal.AppendedBytes;
        if (appended == 0 || appended - _memoryReviewedAt > BytesBetweenReviews)
        {
            _memoryReviewedAt = appended;
            var use = MemoryUse;
            _memory.Review(use);

            // A full disk gets space again by compaction and two rounds of checkpoints, which are about as large as the index.
            journal.Files.HeldBackBytes = ((use.Index + use.InlineValues) / 4 * 5) + _options.SegmentBytes;
        }
    }

    private void Recover(Action<RecoveryProgress>? progress)
    {
        Identity = IdentityFile.Read(_device);
        if (Identity is not { } identity)
        {
            return;
        }

        // The last process may have ended because this failed: names that are seen need not be durable.
        _device.SyncDirectory();
        _journal = new Journal(new SegmentFiles(_device, _options.SegmentBytes), identity, _options, _memory);
        var checkpoints = new CheckpointLoader(_device, identity, _options.RecoveryThreads, OpenForReplay);
        var recovery = new JournalRecovery(_device, _journal, identity, _node, checkpoints.Load(_node), OpenForReplay, _options.RecoveryThreads);
        recovery.Run(progress);
        UncleanStop = recovery.WasUnclean;
        TornEnd = recovery.WasTorn;

        // Not before: the records that the segments' headers stand for may have been in the system's cache alone.
        IdentityFile.Repair(_device, identity);
        _maintenance = NewMaintenance(checkpoints.Manifests, checkpoints.Damaged.Count > 0);
        PrepareSpace();
    }

    private StorageMaintenance NewMaintenance(IEnumerable<Manifest> manifests, bool hasDamage = false)
    {
        var journal = Journal();
        var checkpointer = new Checkpointer(_device, Identity!.Value, journal, _options, manifests, () => _partitions.Values, CopyNode);
        if (hasDamage)
        {
            checkpointer.ReplaceAll();
        }

        _scrubber = new StorageScrubber(_device, Identity!.Value, journal, checkpointer, () => _partitions.Values, RepairNodeRecord);
        return new StorageMaintenance(
            checkpointer,
            new Compactor(journal, _options, () => _partitions.Values, id => _partitions.GetValueOrDefault(id.Value)));
    }

    private bool RepairNodeRecord()
    {
        lock (_nodeGate)
        {
            return _node.RecordNumber > 0 && !_node.IsRecordDoubtful && NodeRecordFile.Repair(_device, Identity!.Value, _node.RecordNumber, _node.Record);
        }
    }

    private (NodeFacts Facts, long From) CopyNode()
    {
        lock (_nodeGate)
        {
            var copy = new NodeFacts();
            copy.TakeOver(_node);
            return (copy, Journal().Appended);
        }
    }

    private PartitionStore OpenForReplay(PartitionId id) =>
        _partitions.GetOrAdd(id.Value, number => new PartitionStore(new PartitionId(number), _journal!, _options, _memory));

    private Journal Journal() => _journal ?? throw new InvalidOperationException("The directory has not been initialised.");
}
