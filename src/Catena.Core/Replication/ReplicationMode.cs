namespace Catena.Core.Replication;

/// <summary>Who sends entries to whom inside one partition, and who answers reads. Persisted: values are never changed or reused.</summary>
public enum ReplicationMode : byte
{
    /// <summary>The first member sends to all others at once and answers reads (Alsberg and Day, 1976; PacificA, 2008).</summary>
    PrimaryBackup = 1,

    /// <summary>Each member sends to the next; the last answers reads (van Renesse and Schneider, OSDI 2004).</summary>
    Chain = 2,

    /// <summary>A chain of which every member answers reads, and asks the last where the key has a write pending (CRAQ, USENIX ATC 2009).</summary>
    ApportionedChain = 3,
}
