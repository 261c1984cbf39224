namespace Catena.Storage.Checkpoints;

/// <summary>What a block of a checkpoint, a manifest or the copy of the node's record holds. Persisted: values are never changed or reused.</summary>
internal enum BlockKind : byte
{
    /// <summary>What is known of a partition beside its keys, at the moment at which the checkpoint began (<see cref="PartitionFacts" />).</summary>
    Facts = 1,

    /// <summary>Keys in order, with what the index says of each.</summary>
    Entries = 2,

    /// <summary>The end: how many keys there were, and from which applied sequence on the state is exact.</summary>
    End = 3,

    /// <summary>A manifest's content (<see cref="Manifest" />).</summary>
    Manifest = 4,

    /// <summary>The copy of the node's own record (<see cref="NodeRecordFile" />).</summary>
    NodeRecord = 5,
}
