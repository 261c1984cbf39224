namespace Catena.Storage.Journaling;

/// <summary>The journal's own records, in the type byte of the frame. Persisted: values are never changed or reused.</summary>
/// <remarks>Values under 64 are log entries (<see cref="Core.Replication.Log.EntryType" />).</remarks>
internal enum RecordType : byte
{
    /// <summary>Where partitions stand at this point of the journal: what recovery proves completeness by (<see cref="Mark" />).</summary>
    Mark = 64,

    /// <summary>The partition's log ends at an earlier entry from here on.</summary>
    Truncate = 65,

    /// <summary>The partition holds nothing from here on.</summary>
    Reset = 66,

    /// <summary>The replica's own durable facts; the latest wins.</summary>
    ReplicaState = 67,

    /// <summary>The node's own durable facts; the latest wins.</summary>
    NodeRecord = 68,

    /// <summary>A snapshot begins to arrive.</summary>
    InstallBegin = 69,

    /// <summary>One chunk of the snapshot that is arriving.</summary>
    InstallChunk = 70,

    /// <summary>The snapshot is whole and replaces the partition's state and log.</summary>
    InstallEnd = 71,

    /// <summary>Whether the end of the partition's log may have been lost.</summary>
    TailLost = 72,

    /// <summary>Values that were written again, so that the segment they stood in may go; versions and state stay what they are.</summary>
    Moved = 73,
}
