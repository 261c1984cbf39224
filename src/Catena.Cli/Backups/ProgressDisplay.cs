using Spectre.Console;

namespace Catena.Cli.Backups;

/// <summary>Shows people how a long command gets on: a bar on a terminal, now and then a line elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs a command's work with a display of its progress.</summary>
    /// <param name="error">Where lines go; results have the standard output to themselves.</param>
    /// <param name="title">What is done, in one word.</param>
    /// <param name="isSilent">Whether to show nothing but what is worth a line of its own.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> RunAsync<T>(TextWriter error, string title, bool isSilent, Func<IProgressSink, Task<T>> work)
    {
        if (isSilent || Console.IsErrorRedirected || error != Console.Error)
        {
            return await work(new LineProgress(error, title, isSilent, TimeProvider.System)).ConfigureAwait(false);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        T result = default!;
        await console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(async context => result = await work(new BarProgress(console, context.AddTask(title), title)).ConfigureAwait(false))
            .ConfigureAwait(false);
        return result;
    }
}
