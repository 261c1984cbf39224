namespace Catena.Cli.Bench;

/// <summary>What kind of operation a load carries out; each has latencies of its own.</summary>
internal enum OperationKind
{
    /// <summary>Reads a key, or in a workload of transactions only reads.</summary>
    Read,

    /// <summary>Writes a key that is there already, or in a workload of transactions writes.</summary>
    Update,

    /// <summary>Writes a key that is new.</summary>
    Insert,

    /// <summary>Reads some keys that follow each other.</summary>
    Scan,

    /// <summary>Reads a key and then writes it; nobody is kept from writing it in between.</summary>
    ReadModifyWrite,
}
