namespace Catena.Server.Node;

/// <summary>When a node calls its copy of a write stable.</summary>
public enum Durability
{
    /// <summary>Once it is synced to disk. A write that was acknowledged outlives the loss of power of all members at once.</summary>
    Always,

    /// <summary>Once it is written; a sync follows after at most the interval. Losing power everywhere at once loses up to that.</summary>
    Interval,

    /// <summary>Once it is written; the operating system syncs when it likes. Outlives the kill of all processes, not of all machines.</summary>
    Os,
}
