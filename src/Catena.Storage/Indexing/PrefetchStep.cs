namespace Catena.Storage.Indexing;

/// <summary>The steps by which a look-up of a key comes to its value, each of which waits for memory.</summary>
public enum PrefetchStep
{
    /// <summary>The hint that tells the page.</summary>
    Hint,

    /// <summary>The page's slots, which tell the cell.</summary>
    Page,

    /// <summary>The cell, with the key and a small value.</summary>
    Cell,
}
