namespace Catena.Storage;

/// <summary>Says what of values may stand in the index, and whether keys may be added, so that memory stays within its limit.</summary>
/// <remarks>
/// Values give way first: once they take half of the limit, or all together three quarters of it, new values stay in the journal unless a reference to them would be as long. Keys
/// have nowhere else to be: at the limit, what adds to them is refused. Looked at now and then, so the limit may be passed by what is written meanwhile. Any thread may read.
/// </remarks>
internal sealed class MemoryBudget(NodeStorageOptions options)
{
    /// <summary>A value up to this length takes no more room in the index than a reference to it.</summary>
    private const int ReferenceLength = 16;

    private volatile int _inlineLimit = options.InlineValueBytes;
    private volatile bool _isFull;

    /// <summary>The longest value that goes into the index now.</summary>
    internal int InlineLimit => _inlineLimit;

    /// <summary>Whether nothing should be added.</summary>
    internal bool IsFull => _isFull;

    /// <summary>Decides by what is in use.</summary>
    internal void Review(in MemoryUse use)
    {
        var isTight = use.InlineValues > options.MemoryBytes / 2 || use.Total > options.MemoryBytes / 4 * 3;
        _inlineLimit = isTight ? Math.Min(ReferenceLength, options.InlineValueBytes) : options.InlineValueBytes;
        _isFull = use.Total > options.MemoryBytes;
    }
}
