namespace Catena.Storage.Journaling;

/// <summary>Lets the operating system forget what of the journal is synced and nobody reads soon: its newest part stands in the journal's own buffers, and small values in the index.</summary>
/// <remarks>
/// Pages that are written once and never read would push out what is read; and every one of them is memory that nobody has touched for long, which costs several times what a page does that was
/// in use a moment ago, most of all on a virtual machine whose host has to find it first. Not thread-safe.
/// </remarks>
internal sealed class CacheTrim
{
    private const int PageBytes = 4096;

    private Segment? _segment;
    private int _from;

    /// <summary>Notes that a segment has been synced, and so all before it.</summary>
    /// <param name="segment">The segment; its file is kept open by the caller.</param>
    /// <param name="through">How far.</param>
    internal void Synced(Segment segment, int through)
    {
        if (_segment is { } last && last != segment)
        {
            if (last.TryEnter())
            {
                Forget(last, last.Length);
                last.Exit();
            }

            _from = 0;
        }

        _segment = segment;
        Forget(segment, through);

        // The last page is going to be written to again.
        _from = through / PageBytes * PageBytes;
    }

    private void Forget(Segment segment, int through)
    {
        if (!segment.HoldsValues && through > _from)
        {
            segment.File.Uncache(_from, through - _from);
        }
    }
}
