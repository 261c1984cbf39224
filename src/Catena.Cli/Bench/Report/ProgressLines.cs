using System.Globalization;

namespace Catena.Cli.Bench.Report;

/// <summary>Prints how a load goes, a line a second.</summary>
/// <param name="output">Where to.</param>
internal sealed class ProgressLines(TextWriter output)
{
    private (bool IsLoading, int Second) _last = (false, -1);

    /// <summary>Prints a line if the last one is of another second.</summary>
    public void Show(BenchProgress progress)
    {
        var now = (progress.IsLoading, (int)progress.Elapsed.TotalSeconds);
        if (now != _last)
        {
            _last = now;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now.Item2,5} s  {ProgressBar.Describe(progress)}"));
        }
    }
}
