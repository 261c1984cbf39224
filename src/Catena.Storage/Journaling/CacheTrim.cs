using Catena.Storage.Devices;

namespace Catena.Storage.Journaling;

/// <summary>Lets the operating system forget what of the journal is synced and nobody reads soon: its newest part stands in the journal's own buffers, and small values in the index.</summary>
/// <remarks>
/// Pages that are written once and hardly ever read would push out what is read; and every one of them is memory that nobody has touched for long, which costs several times what a page does that
/// was in use a moment ago, most of all on a virtual machine whose host has to find it first. Not thread-safe.
/// </remarks>
/// <param name="files">The journal's files.</param>
internal sealed class CacheTrim(SegmentFiles files)
{
    private long _from;

    /// <summary>Leaves what is before a position as it is: it is not known who reads that.</summary>
    internal void Begin(long position) => _from = position;

    /// <summary>Notes that everything before a position has been synced.</summary>
    internal void Synced(long position)
    {
        // The page that is written to next stays.
        var through = JournalPosition.At(JournalPosition.SegmentOf(position), JournalPosition.OffsetOf(position) / Platform.PageBytes * Platform.PageBytes);
        if (through <= _from)
        {
            return;
        }

        foreach (var segment in files.InUse)
        {
            if (segment.Id >= JournalPosition.SegmentOf(_from) && segment.Id <= JournalPosition.SegmentOf(through))
            {
                var first = segment.Id == JournalPosition.SegmentOf(_from) ? JournalPosition.OffsetOf(_from) : 0;
                var end = segment.Id == JournalPosition.SegmentOf(through) ? JournalPosition.OffsetOf(through) : segment.Length;
                Forget(segment, first, end);
            }
        }

        _from = through;
    }

    private static void Forget(Segment segment, int first, int end)
    {
        if (segment.HoldsValues || end <= first || !segment.TryEnter())
        {
            return;
        }

        try
        {
            segment.File.Uncache(first, end - first);
        }
        finally
        {
            segment.Exit();
        }
    }
}
