namespace Catena.Cli.Bench;

/// <summary>What a client knows of the end of its operation.</summary>
internal enum OperationOutcome
{
    /// <summary>It was answered.</summary>
    Ok,

    /// <summary>It was refused by an error that promises that nothing happened.</summary>
    Fail,

    /// <summary>Nobody can tell: it may have happened, may still happen, or never.</summary>
    Unknown,
}
