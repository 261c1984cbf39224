namespace Catena.Storage.Journaling;

/// <summary>What is special about a mark. Persisted.</summary>
[Flags]
internal enum MarkFlags : byte
{
    /// <summary>It ends a batch.</summary>
    None = 0,

    /// <summary>It lists every partition that the journal knows.</summary>
    All = 1,

    /// <summary>It is the last record of its segment.</summary>
    Closing = 2,

    /// <summary>It was written by a storage that was closed in order.</summary>
    Clean = 4,
}
