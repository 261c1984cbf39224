using Spectre.Console;

namespace Catena.Cli.Backups;

/// <summary>Moves a bar on a terminal.</summary>
/// <param name="console">The terminal.</param>
/// <param name="bar">The bar.</param>
/// <param name="title">What stands before it.</param>
internal sealed class BarProgress(IAnsiConsole console, ProgressTask bar, string title) : IProgressSink
{
    private readonly Lock _gate = new();

    /// <inheritdoc />
    public void Report(long done, long total, string detail)
    {
        lock (_gate)
        {
            bar.IsIndeterminate = total == 0;
            bar.MaxValue = Math.Max(1, total);
            bar.Value = done;
            bar.Description = Markup.Escape($"{title}: {detail}");
        }
    }

    /// <inheritdoc />
    public void Say(string line)
    {
        lock (_gate)
        {
            console.MarkupLineInterpolated($"{title}: {line}");
        }
    }
}
