namespace Catena.Core.Transactions;

/// <summary>Variations of one partition's part in a transaction. Persisted: values are never changed or reused.</summary>
[Flags]
public enum PartFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>
    /// At the home partition, which prepares last then: somebody outside the cluster decides, who may take much longer. Whoever else asks is told to wait.
    /// </summary>
    External = 1,

    /// <summary>What is read is not known yet: the keys are locked, whatever their versions are, and the answer is what they hold.</summary>
    Locks = 2,

    /// <summary>At the home partition: what was prepared there is decided on, and nothing is added to it.</summary>
    UsesPrepared = 4,

    /// <summary>No other partition takes part: nobody but the coordinator can ask for the decision, and no record of it is kept.</summary>
    Alone = 8,

    /// <summary>An abort that does not wait for somebody outside the cluster either: he has had his time, an operator wants it, or he was never told his handle.</summary>
    Forced = 16,
}
