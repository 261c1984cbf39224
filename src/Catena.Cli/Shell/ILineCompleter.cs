namespace Catena.Cli.Shell;

/// <summary>Knows how a line may go on.</summary>
internal interface ILineCompleter
{
    /// <summary>The words that may stand in the place of the one before the cursor.</summary>
    /// <param name="typed">The line up to the cursor.</param>
    /// <param name="start">Where the word begins.</param>
    IReadOnlyList<string> Complete(string typed, out int start);
}
