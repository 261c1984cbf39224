using System.Text.Json;

namespace Catena.Mutation.Tests;

/// <summary>Small reports to read.</summary>
internal static class ReportText
{
    /// <summary>A report of one file with these mutants: its changes begin and end where the original text stands in the source.</summary>
    internal static string Of(string path, string source, params (string Original, string Replacement, string Status)[] mutants)
    {
        var used = new Dictionary<string, int>();
        var listed = mutants.Select(mutant =>
        {
            var at = source.IndexOf(mutant.Original, used.GetValueOrDefault(mutant.Original + mutant.Replacement), StringComparison.Ordinal);
            used[mutant.Original + mutant.Replacement] = at + 1;
            return new
            {
                mutatorName = "Some mutation",
                replacement = mutant.Replacement,
                location = new { start = PlaceOf(source, at), end = PlaceOf(source, at + mutant.Original.Length) },
                status = mutant.Status,
            };
        });

        // Stryker keeps no order of places.
        listed = listed.ToArray().Reverse();
        var files = new Dictionary<string, object> { [path] = new { source, mutants = listed } };
        return JsonSerializer.Serialize(new { files });
    }

    private static object PlaceOf(string source, int at)
    {
        var before = source[..at];
        return new { line = before.Count(letter => letter == '\n') + 1, column = at - before.LastIndexOf('\n') };
    }
}
