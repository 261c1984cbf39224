namespace Catena.Cli.Shell;

/// <summary>Completes the shell's commands, keys and names of tables.</summary>
/// <remarks>
/// Keys are those that the session has met. Where none of them fits, the cluster is asked once for each beginning: for the keys of a hash tag that has been typed, else for the first thousand keys at most. Inside a
/// transaction it is not asked, since what is read there counts.
/// </remarks>
/// <param name="session">The session.</param>
internal sealed class ShellCompleter(ShellSession session) : ILineCompleter
{
    private string? _asked;

    /// <inheritdoc />
    public IReadOnlyList<string> Complete(string typed, out int start)
    {
        var words = ShellLine.ParseTyped(typed);
        var word = words[^1];
        start = word.Start;
        var verb = ShellVerbs.Find(words[0].Text);
        if (words.Count == 1 || (words.Count == 2 && verb is { Name: "help" }))
        {
            return Sorted(ShellVerbs.All.Select(known => known.Name).Where(name => name.StartsWith(word.Text, StringComparison.OrdinalIgnoreCase)));
        }

        if (verb is { TakesTable: true } && words.Count == 2 && !session.IsInTransaction)
        {
            return Tables(word.Text);
        }

        if (verb is null || words.Count - 1 > verb.Keys)
        {
            return [];
        }

        var keys = Sorted(session.Known.BeginningWith(word.Bytes));
        if (keys.Count == 0 && !session.IsInTransaction && _asked != word.Text)
        {
            _asked = word.Text;
            Ask(word.Bytes);
            keys = Sorted(session.Known.BeginningWith(word.Bytes));
        }

        return keys;
    }

    private static List<string> Sorted(IEnumerable<string> words) => [.. words.Order(StringComparer.Ordinal)];

    private List<string> Tables(string prefix)
    {
        try
        {
            return Sorted(TableCommands.Names(session).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)));
        }
        catch (ShellException)
        {
            // As with keys.
            return [];
        }
    }

    private void Ask(byte[] prefix)
    {
        try
        {
            ScanCommands.Look(session, prefix);
        }
        catch (ShellException)
        {
            // Nothing is completed then; the command itself will say what is wrong.
        }
    }
}
