using Catena.Cli.Shell;

namespace Catena.Cli.Tests.Shell;

/// <summary>Completes the last word with those of a list.</summary>
internal sealed class FakeCompleter(params string[] words) : ILineCompleter
{
    /// <inheritdoc />
    public IReadOnlyList<string> Complete(string typed, out int start)
    {
        var begin = typed.LastIndexOf(' ') + 1;
        start = begin;
        return [.. words.Where(word => word.StartsWith(typed[begin..], StringComparison.Ordinal))];
    }
}
