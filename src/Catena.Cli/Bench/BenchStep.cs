namespace Catena.Cli.Bench;

/// <summary>One request of a load, which is all of an operation or the first or second half of a read-modify-write.</summary>
internal enum BenchStep
{
    /// <summary>Reads a key.</summary>
    Read,

    /// <summary>Writes a key.</summary>
    Write,

    /// <summary>Reads keys that follow each other.</summary>
    Scan,

    /// <summary>Tells the password.</summary>
    Authenticate,
}
