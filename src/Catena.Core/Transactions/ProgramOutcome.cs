namespace Catena.Core.Transactions;

/// <summary>What became of running a program on some state.</summary>
internal enum ProgramOutcome
{
    /// <summary>It ran: there are results, and changes perhaps.</summary>
    Ran,

    /// <summary>A watched key has another version.</summary>
    Unmet,

    /// <summary>A command failed, and the program wants all or nothing.</summary>
    Failed,
}
