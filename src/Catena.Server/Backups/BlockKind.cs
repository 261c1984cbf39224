namespace Catena.Server.Backups;

/// <summary>What a block holds. Persisted in backups and sent between nodes and tools: values are never changed or reused.</summary>
public enum BlockKind : byte
{
    /// <summary>The beginning of an answer (<see cref="StreamBegin" />).</summary>
    Begin = 1,

    /// <summary>A piece of a snapshot (<see cref="Storage.Partitions.SnapshotPiece" />).</summary>
    Piece = 2,

    /// <summary>Entries of a log as frames, one behind the other (<see cref="Core.Replication.Log.EntryFrame" />).</summary>
    Entries = 3,

    /// <summary>The end of what was asked for (<see cref="StreamEnd" />); what lacks it is torn.</summary>
    End = 4,

    /// <summary>The end, because something is in the way (<see cref="StreamFailure" />).</summary>
    Failure = 5,
}
