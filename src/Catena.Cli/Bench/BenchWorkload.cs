namespace Catena.Cli.Bench;

/// <summary>What a load does with its keys.</summary>
internal enum BenchWorkload
{
    /// <summary>Reads and writes single keys.</summary>
    Register,

    /// <summary>YCSB's workload A, update heavy: half reads, half updates.</summary>
    A,

    /// <summary>YCSB's workload B, read mostly: 95 reads, 5 updates.</summary>
    B,

    /// <summary>YCSB's workload C, reads only.</summary>
    C,

    /// <summary>YCSB's workload D, read latest: 95 reads of newer records mostly, 5 insertions.</summary>
    D,

    /// <summary>YCSB's workload E, short ranges: 95 scans, 5 insertions.</summary>
    E,

    /// <summary>YCSB's workload F: half reads, half read-modify-writes.</summary>
    F,

    /// <summary>Transactions of a few steps, each of which appends to a list or reads one.</summary>
    Append,

    /// <summary>Transactions that move money between accounts, and such that read all accounts.</summary>
    Bank,

    /// <summary>Transactions that write, or read, one key in each of several partitions.</summary>
    Multi,

    /// <summary>Interactive transactions that write a key in each of several partitions, are prepared, and then committed or rolled back.</summary>
    Prepared,
}
