namespace Catena.Cli.Bench;

/// <summary>What a load does with its keys.</summary>
internal enum BenchWorkload
{
    /// <summary>Reads and writes single keys.</summary>
    Register,

    /// <summary>Transactions of a few steps, each of which appends to a list or reads one.</summary>
    Append,

    /// <summary>Transactions that move money between accounts, and such that read all accounts.</summary>
    Bank,

    /// <summary>Transactions that write, or read, one key in each of several partitions.</summary>
    Multi,
}
