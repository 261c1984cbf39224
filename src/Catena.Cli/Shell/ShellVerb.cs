namespace Catena.Cli.Shell;

/// <summary>A command of the shell.</summary>
/// <param name="Name">What the user types.</param>
/// <param name="Short">Its short form; empty for none.</param>
/// <param name="Usage">Its arguments.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Least">How many arguments it has at least.</param>
/// <param name="Most">How many at most.</param>
/// <param name="Run">Carries it out with its arguments.</param>
internal sealed record ShellVerb(string Name, string Short, string Usage, string Summary, int Least, int Most, Action<ShellSession, IReadOnlyList<ShellWord>> Run)
{
    /// <summary>How many of its first arguments are keys, for completion.</summary>
    public int Keys { get; init; }

    /// <summary>Whether its argument is a table's name, for completion.</summary>
    public bool TakesTable { get; init; }

    /// <summary>Whether it is possible while a transaction is open.</summary>
    public bool IsOfTransactions { get; init; }
}
