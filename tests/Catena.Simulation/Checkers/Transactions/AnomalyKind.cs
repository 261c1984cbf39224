namespace Catena.Simulation.Checkers.Transactions;

/// <summary>What can be wrong with a history of transactions.</summary>
/// <remarks>
/// The names G0, G1 and G2 are those of Adya's thesis ("Weak consistency", 1999), with the refinements of Elle (Kingsbury and Alvaro, "Elle: Inferring
/// isolation anomalies from experimental observations", 2021). A cycle is named by the dependencies that it takes to close it: the fewer, the worse.
/// </remarks>
public enum AnomalyKind
{
    /// <summary>The history itself makes no sense: one value is written to one key twice, so that reads do not tell which write they saw.</summary>
    DuplicateWrite,

    /// <summary>A transaction's reads disagree with its own earlier reads and writes.</summary>
    Internal,

    /// <summary>A value was read that nobody wrote.</summary>
    GarbageRead,

    /// <summary>G1a: a value of a transaction that failed for certain was read.</summary>
    AbortedRead,

    /// <summary>G1b: a value was read that its own transaction had overwritten or added to.</summary>
    IntermediateRead,

    /// <summary>A list was read that holds one value twice.</summary>
    DuplicateElements,

    /// <summary>Two lists were read of one key, neither of which begins the other.</summary>
    IncompatibleOrder,

    /// <summary>Two transactions read one version of a key, and both wrote the key.</summary>
    LostUpdate,

    /// <summary>A cycle of writes that followed each other.</summary>
    G0,

    /// <summary>A cycle of writes that followed each other and reads of what was written.</summary>
    G1c,

    /// <summary>A cycle with exactly one read of what was overwritten later.</summary>
    GSingle,

    /// <summary>A cycle with several reads of what was overwritten later; write skew and long fork are such.</summary>
    G2,

    /// <summary>As <see cref="G0" />, but it takes real time to close the cycle.</summary>
    G0RealTime,

    /// <summary>As <see cref="G1c" />, but it takes real time to close the cycle.</summary>
    G1cRealTime,

    /// <summary>As <see cref="GSingle" />, but it takes real time to close the cycle; a stale read is such, and so is a lost acknowledged write.</summary>
    GSingleRealTime,

    /// <summary>As <see cref="G2" />, but it takes real time to close the cycle.</summary>
    G2RealTime,

    /// <summary>A read of all accounts found another total than there is.</summary>
    WrongTotal,

    /// <summary>An account was read with less than nothing in it.</summary>
    NegativeBalance,
}
