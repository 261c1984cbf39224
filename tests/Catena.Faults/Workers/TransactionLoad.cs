namespace Catena.Faults.Workers;

/// <summary>A workload of <c>catena bench</c> whose transactions run beside the foreign clients.</summary>
internal enum TransactionLoad
{
    /// <summary>Transactions that append to lists and read them.</summary>
    Append,

    /// <summary>Transfers between accounts, and reads of all accounts.</summary>
    Bank,
}
