using Catena.Storage.Checkpoints;
using Catena.Storage.Compaction;

namespace Catena.Storage;

/// <summary>What a storage does beside serving: checkpoints, which bound recovery, and compaction, which bounds the disk.</summary>
/// <remarks>
/// A pump like the rest: somebody calls <see cref="Step" /> again and again, one thread at a time, as fast as the disk is to be used for it. Each call does a small
/// piece of work and holds a partition's lock only for moments.
/// </remarks>
public sealed class StorageMaintenance : IDisposable
{
    private readonly Checkpointer _checkpointer;
    private readonly Compactor _compactor;
    private long _compactedBytes;

    internal StorageMaintenance(Checkpointer checkpointer, Compactor compactor)
    {
        _checkpointer = checkpointer;
        _compactor = compactor;
    }

    /// <summary>How many bytes of journal would be replayed if the process ended now.</summary>
    public long ReplayBytes => _checkpointer.ReplayBytes;

    /// <summary>The bytes of values in the journal that keys refer to, as of the last look.</summary>
    public long LiveBytes => _compactor.LiveBytes;

    /// <summary>How many rounds of checkpoints this process has put in force.</summary>
    public long Checkpoints => _checkpointer.Rounds;

    /// <summary>About how many bytes compaction has read and written in this process.</summary>
    public long CompactedBytes => Volatile.Read(ref _compactedBytes);

    /// <summary>Does a piece of work, where there is something to do.</summary>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <returns>About how many bytes were read and written; 0 where there is nothing to do for now.</returns>
    /// <exception cref="Errors.StorageFailedException">The disk refused: the process must stop.</exception>
    public long Step(IPartitionLocks locks)
    {
        var bytes = _checkpointer.Step(locks, _compactor.TakeWish());
        if (bytes > 0)
        {
            return bytes;
        }

        var compacted = _compactor.Step(locks, _checkpointer);
        Volatile.Write(ref _compactedBytes, _compactedBytes + compacted);
        return compacted;
    }

    /// <summary>Makes a checkpoint of everything, however long it takes; the caller flushes and syncs the journal whenever this returns false.</summary>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <returns>Whether it is done.</returns>
    public bool TryCheckpoint(IPartitionLocks locks)
    {
        var before = _checkpointer.Rounds;
        while (_checkpointer.Rounds == before)
        {
            if (_checkpointer.Step(locks, isWanted: true) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _checkpointer.Dispose();
        _compactor.Dispose();
    }
}
