namespace Catena.Simulation.Histories;

/// <summary>What a line of a history of transactions tells.</summary>
public enum TransactionEventKind
{
    /// <summary>A transaction was called.</summary>
    Invoke,

    /// <summary>It was answered.</summary>
    Ok,

    /// <summary>It failed for certain: nothing happened.</summary>
    Fail,

    /// <summary>Nobody knows how it ended; its process is not heard of again.</summary>
    Info,
}
