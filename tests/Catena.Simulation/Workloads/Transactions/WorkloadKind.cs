namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What clients of transactions may be doing.</summary>
public enum WorkloadKind
{
    /// <summary>Appending to lists and reading them.</summary>
    ListAppend,

    /// <summary>Moving money between accounts.</summary>
    Bank,

    /// <summary>Writing and reading registers.</summary>
    ReadWrite,

    /// <summary>Setting one of two registers if the other allows it.</summary>
    WriteSkew,

    /// <summary>Writing registers one by one, and reading several at once.</summary>
    LongFork,

    /// <summary>Counting the keys of a range, and adding or removing one.</summary>
    Phantom,

    /// <summary>Adding keys to one of two ranges if the other is empty.</summary>
    PhantomSkew,

    /// <summary>Putting keys into a range by plain commands, beside transactions that look through it.</summary>
    PlainPhantom,
}
