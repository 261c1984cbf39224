using Catena.Storage.Devices;

namespace Catena.Storage.Journaling;

/// <summary>One preallocated file of the journal.</summary>
/// <remarks>Readers without a lock enter and exit, so that the file is not reused or closed under them once it is retired.</remarks>
internal sealed class Segment
{
    private int _readers;
    private volatile bool _isRetired;
    private volatile int _written;
    private volatile bool _holdsValues;

    internal Segment(long id, IStorageFile file, int length, bool mayHoldOldBytes)
    {
        Id = id;
        File = file;
        Length = length;
        MayHoldOldBytes = mayHoldOldBytes;
    }

    /// <summary>The segment's number; the next segment's is one higher.</summary>
    internal long Id { get; }

    /// <summary>The file.</summary>
    internal IStorageFile File { get; }

    /// <summary>The file's length.</summary>
    internal int Length { get; set; }

    /// <summary>Whether the file may hold something else than zeros behind the journal's end, so that the end must be marked.</summary>
    internal bool MayHoldOldBytes { get; set; }

    /// <summary>The end of what this process has written to it. Any thread may read it.</summary>
    internal int Written
    {
        get => _written;
        set => _written = value;
    }

    /// <summary>Whether this process has written values to it that stand nowhere else, and so are read from it. Any thread may read it.</summary>
    internal bool HoldsValues
    {
        get => _holdsValues;
        set => _holdsValues = value;
    }

    /// <summary>The file's name.</summary>
    internal string Name => SegmentFiles.NameOf(Id);

    /// <summary>Whether nobody refers to the segment's records any more and nobody reads it.</summary>
    internal bool IsFree => _isRetired && Volatile.Read(ref _readers) == 0;

    /// <summary>Keeps the file as it is until <see cref="Exit" />.</summary>
    /// <returns>False where the segment is retired.</returns>
    internal bool TryEnter()
    {
        Interlocked.Increment(ref _readers);
        if (!_isRetired)
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>Ends one use of the file.</summary>
    internal void Exit() => Interlocked.Decrement(ref _readers);

    /// <summary>Lets no further reader in.</summary>
    internal void Retire()
    {
        _isRetired = true;
        Interlocked.MemoryBarrier();
    }
}
