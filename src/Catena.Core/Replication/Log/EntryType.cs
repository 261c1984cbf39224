namespace Catena.Core.Replication.Log;

/// <summary>What an entry of a partition's log holds. Persisted: values are never changed or reused.</summary>
/// <remarks>Values from 64 on belong to the journal's own records and never travel between replicas.</remarks>
public enum EntryType : byte
{
    /// <summary>The first entry of an epoch; no body.</summary>
    Start = 1,

    /// <summary>Plain results of a command: keys to put and to delete, and the reply (<see cref="Data.WriteBody" />).</summary>
    Write = 2,

    /// <summary>Nothing; it carries a position for something that waits on one.</summary>
    NoOp = 3,
}
