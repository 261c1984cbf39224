namespace Catena.Simulation.Workloads.Tables;

/// <summary>What a client does with a named table, or with a key of it.</summary>
public enum TableAction
{
    /// <summary>Reads the key.</summary>
    Get,

    /// <summary>Puts a value at the key.</summary>
    Put,

    /// <summary>Creates the table.</summary>
    Create,

    /// <summary>Drops the table.</summary>
    Drop,
}
