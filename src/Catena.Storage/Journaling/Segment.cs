using Catena.Storage.Devices;

namespace Catena.Storage.Journaling;

/// <summary>One preallocated file of the journal.</summary>
internal sealed class Segment
{
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

    /// <summary>The file's name.</summary>
    internal string Name => SegmentFiles.NameOf(Id);
}
