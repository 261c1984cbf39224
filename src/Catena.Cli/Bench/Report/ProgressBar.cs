using System.Globalization;
using Spectre.Console;

namespace Catena.Cli.Bench.Report;

/// <summary>Shows on a terminal how a load goes, and is gone when it is over.</summary>
internal static class ProgressBar
{
    /// <summary>Runs a load with a bar.</summary>
    /// <param name="work">The load; it tells now and then how it goes.</param>
    public static BenchResult Run(Func<Action<BenchProgress>, BenchResult> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: 1);
                return work(progress =>
                {
                    task.Value = progress.Share;
                    task.Description = Describe(progress).EscapeMarkup();
                });
            });
    }

    /// <summary>How it goes, in a line.</summary>
    public static string Describe(BenchProgress progress)
    {
        if (progress.IsLoading)
        {
            return string.Create(CultureInfo.InvariantCulture, $"loading, {progress.Completed:N0} keys written, {progress.Failed:N0} refused");
        }

        var latest = progress.Latest;
        var rate = latest.Count == 0 ? progress.Completed / Math.Max(progress.Elapsed.TotalSeconds, 0.001) : (double)latest.Count / Math.Max(1, latest.Seconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rate,9:N0} a second, p50 {latest.P50 / 1e6:0.00} p99 {latest.P99 / 1e6:0.00} ms, {progress.Completed:N0} done, {progress.Failed:N0} refused");
    }
}
