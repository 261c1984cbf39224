using Catena.Storage.Checkpoints;
using Catena.Storage.Devices;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;
using Catena.Storage.Scrubbing;

namespace Catena.Storage;

/// <summary>Reads everything again that a storage depends on, so that damage is found while there are other copies to make it good from.</summary>
/// <remarks>
/// <para>
/// Most of what is on disk is not read for a long time, and a second copy may fail meanwhile; how long that is decides how likely data is lost (Schwarz et al.,
/// "Disk Scrubbing in Large Archival Storage Systems", 2004). One pass reads the identity, the copy of the node's record, every sealed segment of the journal, and the manifests and checkpoints in force.
/// What partitions refer to in damaged parts is told to their hosts; a damaged identity or copy is written, and damaged checkpoints are made, anew.
/// </para>
/// <para>A pump: somebody calls <see cref="Step" /> again and again, on one thread, the same that drives <see cref="StorageMaintenance" />.</para>
/// </remarks>
public sealed class StorageScrubber
{
    private readonly IStorageDevice _device;
    private readonly NodeIdentity _identity;
    private readonly Journal _journal;
    private readonly Checkpointer _checkpointer;
    private readonly Func<IEnumerable<PartitionStore>> _partitions;
    private readonly Func<bool> _repairNodeRecord;
    private IEnumerator<long>? _pass;
    private long _passes;
    private long _found;
    private long _bytesRead;

    internal StorageScrubber(
        IStorageDevice device,
        NodeIdentity identity,
        Journal journal,
        Checkpointer checkpointer,
        Func<IEnumerable<PartitionStore>> partitions,
        Func<bool> repairNodeRecord)
    {
        _device = device;
        _identity = identity;
        _journal = journal;
        _checkpointer = checkpointer;
        _partitions = partitions;
        _repairNodeRecord = repairNodeRecord;
    }

    /// <summary>How many passes have ended. Any thread.</summary>
    public long Passes => Interlocked.Read(ref _passes);

    /// <summary>How many damaged values, log entries and files have been found. Any thread.</summary>
    public long Found => Interlocked.Read(ref _found);

    /// <summary>How many bytes have been read. Any thread.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Reads a piece, beginning a pass where none is under way.</summary>
    /// <param name="locks">Lends the partitions' locks, and hears of damage.</param>
    /// <returns>About how many bytes were read; 0 where a pass has just ended.</returns>
    public long Step(IPartitionLocks locks)
    {
        _pass ??= Pass(locks);
        if (_pass.MoveNext())
        {
            Interlocked.Add(ref _bytesRead, _pass.Current);
            return Math.Max(1, _pass.Current);
        }

        _pass.Dispose();
        _pass = null;
        Interlocked.Increment(ref _passes);
        return 0;
    }

    /// <summary>Ends the pass under way; nobody may be in <see cref="Step" />.</summary>
    internal void Close()
    {
        _pass?.Dispose();
        _pass = null;
    }

    private IEnumerator<long> Pass(IPartitionLocks locks)
    {
        if (IdentityFile.Repair(_device, _identity))
        {
            Interlocked.Increment(ref _found);
        }

        yield return 1;
        if (_repairNodeRecord())
        {
            Interlocked.Increment(ref _found);
        }

        yield return 1;

        // What is appended to now is not at rest yet.
        var last = JournalPosition.SegmentOf(_journal.Synced);
        foreach (var segment in _journal.Files.InUse.ToArray().Where(segment => segment.Id < last))
        {
            var scrub = new SegmentScrub(segment, _partitions, locks);
            foreach (var bytes in scrub.Steps())
            {
                yield return bytes;
            }

            Interlocked.Add(ref _found, scrub.Hits);
        }

        var checkpoints = new CheckpointScrub(_device, _identity, _checkpointer);
        foreach (var bytes in checkpoints.Steps())
        {
            yield return bytes;
        }

        Interlocked.Add(ref _found, checkpoints.Hits);
    }
}
