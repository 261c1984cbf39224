using System.Globalization;
using System.Net;
using System.Text;

namespace Catena.Cli.Bench.Report;

/// <summary>Tells how a load went as one page of HTML with plots, which needs nothing else and is dark where its reader's system is.</summary>
internal static class BenchPage
{
    /// <summary>Up to which share of durations the percentile curve goes.</summary>
    private const double MostNines = 6;

    private const int CurveSteps = 120;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d8dee6; --paper: #ffffff; --s0: #1f6fd0; --s1: #c2571a; --s2: #2b8a4b; --s3: #9440b8; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #38424f; --paper: #14181e; --s0: #6ba8f2; --s1: #ee9a5f; --s2: #69c98a; --s3: #c98ae6; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; } p { color: var(--soft); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child { text-align: left; } .wide { overflow-x: auto; }
        svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--soft); } .grid { stroke: var(--line); stroke-width: 1; }
        .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: var(--s3); } circle { fill: var(--paper); stroke-width: 1.5; } .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
        svg text.s0 { fill: var(--s0); stroke: none; } svg text.s1 { fill: var(--s1); stroke: none; } svg text.s2 { fill: var(--s2); stroke: none; } svg text.s3 { fill: var(--s3); stroke: none; }
        """;

    /// <summary>Writes the page.</summary>
    public static void Write(BenchResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        var title = $"catena bench: {BenchReport.TitleOf(result)}";
        output.Write($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{WebUtility.HtmlEncode(title)}</title>\n<style>\n{Style}\n</style></head><body>\n");
        output.Write($"<h1>{Number(result.Throughput)} operations a second</h1>\n<p>{WebUtility.HtmlEncode(title)}</p>\n");
        WriteTable(result, output);
        WriteNotes(result, output);
        var timeline = result.Timeline;
        if (timeline.Count > 0)
        {
            output.Write("<h2>Operations a second</h2>\n");
            output.Write(Plot.Draw(
                new PlotAxis("s", IsLogarithmic: false), new PlotAxis("/s", IsLogarithmic: false), [new PlotSeries("operations", [.. timeline.Select(point => (Middle(point, result), point.Count / SecondsOf(point, result)))])]));
            output.Write("<h2>Latency over time, ms</h2>\n");
            var busy = timeline.Where(point => point.Count > 0).ToList();
            output.Write(Plot.Draw(
                new PlotAxis("s", IsLogarithmic: false),
                new PlotAxis("ms", IsLogarithmic: true),
                [
                    new PlotSeries("p50", [.. busy.Select(point => (Middle(point, result), point.P50 / 1e6))]),
                    new PlotSeries("p99", [.. busy.Select(point => (Middle(point, result), point.P99 / 1e6))]),
                    new PlotSeries("p99.9", [.. busy.Select(point => (Middle(point, result), point.P999 / 1e6))]),
                    new PlotSeries("longest", [.. busy.Select(point => (Middle(point, result), point.Longest / 1e6))]),
                ]));
        }

        output.Write("<h2>Latency by percentile, ms</h2>\n");
        output.Write(Plot.Draw(
            new PlotAxis("%", IsLogarithmic: true, IsNines: true),
            new PlotAxis("ms", IsLogarithmic: true),
            [.. OperationKinds.All.Where(kind => result.Counts.Of(kind).Count > 0).Select(kind => new PlotSeries(OperationKinds.NameOf(kind), Curve(result.Counts.Of(kind))))]));
        output.Write("</body></html>\n");
    }

    private static void WriteTable(BenchResult result, TextWriter output)
    {
        output.Write("<div class=\"wide\"><table><tr><th>ms</th><th>operations</th><th>per second</th><th>mean</th>");
        foreach (var (name, _, _) in BenchPercentiles.All)
        {
            output.Write($"<th>{name}</th>");
        }

        output.Write("<th>longest</th></tr>\n");
        foreach (var kind in OperationKinds.All)
        {
            WriteRow(OperationKinds.NameOf(kind), result.Counts.Of(kind), result.Elapsed, output);
        }

        WriteRow("all", result.All, result.Elapsed, output);
        foreach (var (call, durations) in result.Counts.Calls)
        {
            WriteRow(call, durations, result.Elapsed, output);
        }

        output.Write("</table></div>\n");
    }

    private static void WriteRow(string name, LatencyHistogram latency, TimeSpan elapsed, TextWriter output)
    {
        if (latency.Count == 0)
        {
            return;
        }

        output.Write($"<tr><td>{WebUtility.HtmlEncode(name)}</td><td>{Number(latency.Count)}</td><td>{Number(latency.Count / Math.Max(elapsed.TotalSeconds, 1e-9))}</td><td>{Milliseconds(latency.Mean)}</td>");
        foreach (var (_, _, share) in BenchPercentiles.All)
        {
            output.Write($"<td>{Milliseconds(latency.Percentile(share))}</td>");
        }

        output.Write($"<td>{Milliseconds(latency.Longest)}</td></tr>\n");
    }

    private static void WriteNotes(BenchResult result, TextWriter output)
    {
        var notes = new StringBuilder();
        notes.Append(CultureInfo.InvariantCulture, $"Refused: {result.Counts.Failed:N0}, outcome unknown: {result.Counts.Unknown:N0}, reads that found nothing: {result.Counts.Missing:N0}.");
        if (result.Options.Rate > 0)
        {
            notes.Append(CultureInfo.InvariantCulture, $" Open loop: {result.Options.Rate:N0} a second were due, and latencies count from then; {result.Counts.Unsent:N0} were never sent.");
        }
        else
        {
            notes.Append(" Closed loop: a connection asks again when it has its answer, so that who would have come while the server stood still is not counted.");
        }

        foreach (var (error, count) in result.Counts.Errors)
        {
            notes.Append(CultureInfo.InvariantCulture, $" {count:N0} x {error}.");
        }

        output.Write($"<p>{WebUtility.HtmlEncode(notes.ToString())}</p>\n");
    }

    private static List<(double X, double Y)> Curve(LatencyHistogram latency)
    {
        // x is one in how many durations is longer: 10 for p90, 100 for p99; it ends where there are no more durations.
        var most = Math.Clamp(Math.Log10(latency.Count), 0.31, MostNines);
        var points = new List<(double X, double Y)>();
        for (var step = 0; step <= CurveSteps; step++)
        {
            var oneIn = Math.Pow(10, most * step / CurveSteps);
            points.Add((oneIn, latency.Percentile(Math.Max(1 - (1 / oneIn), 0.001)) / 1e6));
        }

        return points;
    }

    private static double Middle(TimelinePoint point, BenchResult result) => point.Second + (SecondsOf(point, result) / 2);

    /// <summary>How long a stretch was: the last one may have been cut short by the load's end.</summary>
    private static double SecondsOf(TimelinePoint point, BenchResult result)
    {
        var end = Math.Min(result.Elapsed.TotalSeconds, result.Options.Duration.TotalSeconds);
        return Math.Clamp(end - point.Second, 0.001, point.Seconds);
    }

    private static string Milliseconds(double nanoseconds) => (nanoseconds / 1e6).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
