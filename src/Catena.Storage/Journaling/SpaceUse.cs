namespace Catena.Storage.Journaling;

/// <summary>How much of what is held back on a full disk a record may use.</summary>
internal enum SpaceUse
{
    /// <summary>None of it: what can be refused, such as a client's write.</summary>
    Ordinary,

    /// <summary>The reserve: what frees space, and what is decided already, such as deletes and entries of other nodes.</summary>
    Reserve,

    /// <summary>
    /// The last of it as well, which nothing else may use: what a replica must be able to note to remain safe, such as the epoch that it acknowledges, and what
    /// compaction moves, which frees more than it takes.
    /// </summary>
    Control,
}
