namespace Catena.Simulation.Histories;

/// <summary>What one step of a transaction does to one key.</summary>
public enum MicroOperationKind
{
    /// <summary>Reads what the key holds: a list, or a register's value.</summary>
    Read,

    /// <summary>Adds a value to the end of the key's list.</summary>
    Append,

    /// <summary>Sets the value of the key's register.</summary>
    Write,
}
