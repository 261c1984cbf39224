using System.Globalization;
using Catena.Cli.CommandLine;
using Spectre.Console;

namespace Catena.Cli.Bench.Failures;

/// <summary>Tells what rounds of failures have given: medians, and the worst.</summary>
internal static class FailureReport
{
    /// <summary>Prints.</summary>
    /// <param name="what">What was done.</param>
    /// <param name="figures">What was measured: its name, its name in JSON, and its value in each round.</param>
    /// <param name="isJson">Whether scripts read it.</param>
    /// <param name="output">Where to.</param>
    public static void Print(string what, IReadOnlyList<(string Name, string Field, List<TimeSpan> Rounds)> figures, bool isJson, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(output);
        if (isJson)
        {
            PrintJson(what, figures, output);
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        foreach (var heading in (string[])[$"{what}, ms", "rounds", "median", "worst"])
        {
            table.AddColumn(heading);
        }

        foreach (var (name, _, rounds) in figures)
        {
            table.AddRow(name, rounds.Count.ToString(CultureInfo.InvariantCulture), Text(Median(rounds)), Text(rounds.Max()));
        }

        Tables.Print(output, table);
    }

    /// <summary>The median: of an even number of values the mean of the two in the middle.</summary>
    public static TimeSpan Median(IReadOnlyList<TimeSpan> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static void PrintJson(string what, IReadOnlyList<(string Name, string Field, List<TimeSpan> Rounds)> figures, TextWriter output) => JsonOutput.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("what", what);
        foreach (var (_, field, rounds) in figures)
        {
            json.WriteStartObject(field);
            json.WriteNumber("median", Math.Round(Median(rounds).TotalMilliseconds, 3));
            json.WriteNumber("worst", Math.Round(rounds.Max().TotalMilliseconds, 3));
            json.WriteStartArray("rounds");
            foreach (var round in rounds)
            {
                json.WriteNumberValue(Math.Round(round.TotalMilliseconds, 3));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static string Text(TimeSpan time) => time.TotalMilliseconds.ToString("#,0.0", CultureInfo.InvariantCulture);
}
