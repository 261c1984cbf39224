using System.Globalization;

namespace Catena.Cli.Bench.Report;

/// <summary>One axis of a plot.</summary>
/// <param name="Unit">What its numbers are.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal ratios.</param>
/// <param name="IsNines">Whether a number says that one in so many is beyond it, and is shown as the percentile that this is.</param>
internal sealed record PlotAxis(string Unit, bool IsLogarithmic, bool IsNines = false)
{
    private const double Least = 1e-4;
    private const int WantedTicks = 6;
    private static readonly int[] Factors = [1, 2, 5, 10];

    /// <summary>Between which numbers the axis runs, if it is to show some.</summary>
    public (double From, double To) Range(IEnumerable<double> values)
    {
        var shown = values.DefaultIfEmpty(1).ToList();
        var most = shown.Max();
        if (!IsLogarithmic)
        {
            return (0, most > 0 ? most * 1.05 : 1);
        }

        var (from, to) = (Math.Max(shown.Min(), Least), Math.Max(most, Least));
        return IsNines
            ? (from, Math.Max(to, from * 10))
            : (Math.Pow(10, Math.Floor(Math.Log10(from))), Math.Pow(10, Math.Max(Math.Ceiling(Math.Log10(to)), Math.Floor(Math.Log10(from)) + 1)));
    }

    /// <summary>Where on the axis a number lies, from 0 to 1.</summary>
    public double Place(double value, (double From, double To) range) => IsLogarithmic
        ? Math.Log(Math.Max(value, Least) / range.From) / Math.Log(range.To / range.From)
        : (value - range.From) / (range.To - range.From);

    /// <summary>The numbers that are written at the axis.</summary>
    public IEnumerable<double> Ticks((double From, double To) range)
    {
        if (IsLogarithmic)
        {
            for (var tick = Math.Pow(10, Math.Ceiling(Math.Log10(range.From) - 1e-9)); tick <= range.To * 1.0001; tick *= 10)
            {
                yield return tick;
            }

            yield break;
        }

        var rough = range.To / WantedTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * Factors.First(factor => factor * power >= rough);
        for (var index = 0; index * step <= range.To; index++)
        {
            yield return index * step;
        }
    }

    /// <summary>A number as it is written at the axis.</summary>
    public string Label(double tick) => IsNines
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * (1 - (1 / tick)):0.#####} {Unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{tick:#,0.####} {Unit}");
}
