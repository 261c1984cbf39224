namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What a step of a transaction does.</summary>
public enum StepKind
{
    /// <summary>Reads the key's value.</summary>
    Read,

    /// <summary>Appends a number to the key's list.</summary>
    Append,

    /// <summary>Adds to the number at the key.</summary>
    Add,

    /// <summary>Sets the key's register to a number.</summary>
    Write,

    /// <summary>Deletes the key.</summary>
    Delete,

    /// <summary>Reads a range of keys, or as many of it as are wanted.</summary>
    Scan,
}
