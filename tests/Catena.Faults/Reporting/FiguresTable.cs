using System.Globalization;

namespace Catena.Faults.Reporting;

/// <summary>Prints the figures of a run as a table in Markdown, one row a kind of fault.</summary>
internal static class FiguresTable
{
    private const int MostErrors = 4;

    /// <summary>Prints.</summary>
    public static void Write(TextWriter output, IReadOnlyList<FaultFigures> figures)
    {
        output.WriteLine("| fault | times | no write, keys it concerns: median / worst ms | no read, same: median / worst ms | no write at all, worst ms | no read at all, worst ms | whole again, worst s | operations | errors |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var kind in figures.GroupBy(one => one.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var errors = kind.SelectMany(one => one.Errors).GroupBy(error => error.Key)
                .Select(error => (error.Key, Count: error.Sum(one => one.Value))).OrderByDescending(error => error.Count).ToList();
            var listed = string.Join(", ", errors.Take(MostErrors).Select(error => $"{error.Count} {error.Key}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind.Key} | {kind.Count()} | {MedianAndWorst(kind.Select(one => one.AffectedWriteGap))} | {MedianAndWorst(kind.Select(one => one.AffectedReadGap))} | {kind.Max(one => one.WriteGap):f0} | {kind.Max(one => one.ReadGap):f0} | {kind.Max(one => one.Healed) / 1000:f1} | {kind.Sum(one => one.Operations)} | {(errors.Count > MostErrors ? listed + ", …" : listed)} |"));
        }
    }

    private static string MedianAndWorst(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToList();
        return sorted.Count == 0
            ? "–"
            : string.Create(CultureInfo.InvariantCulture, $"{(sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2:f0} / {sorted[^1]:f0}");
    }
}
