namespace Catena.Storage;

/// <summary>What a storage keeps in memory outside the garbage-collected heap, in bytes.</summary>
/// <param name="Index">Keys and what is said of them, with the unused parts of the index's pages.</param>
/// <param name="InlineValues">Values that stand in the index.</param>
/// <param name="ReadBuffers">The newest part of the journal.</param>
public readonly record struct MemoryUse(long Index, long InlineValues, long ReadBuffers)
{
    /// <summary>All of it.</summary>
    public long Total => Index + InlineValues + ReadBuffers;
}
