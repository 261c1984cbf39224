using System.Text;
using System.Text.Json;

namespace Catena.Mutation.Reporting;

/// <summary>Reads the mutants out of a report in the format of mutation-testing-elements.</summary>
internal static class MutationReport
{
    private const string Folder = "/Replication/";
    private const int MostShown = 100;

    /// <summary>The mutants that were tried, in the order of files and lines.</summary>
    /// <exception cref="MutationException">The text is no such report.</exception>
    public static IReadOnlyList<Mutant> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var mutants = new List<Mutant>();
            foreach (var file in document.RootElement.GetProperty("files").EnumerateObject())
            {
                var path = file.Name.Replace('\\', '/');
                var folder = path.LastIndexOf(Folder, StringComparison.Ordinal);
                if (folder >= 0)
                {
                    ReadFile(path[(folder + Folder.Length)..], file.Value, mutants);
                }
            }

            return [.. mutants.OrderBy(mutant => mutant.File, StringComparer.Ordinal).ThenBy(mutant => mutant.Line)];
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new MutationException($"not a report of mutation testing: {wrong.Message}", wrong);
        }
    }

    private static void ReadFile(string name, JsonElement file, List<Mutant> mutants)
    {
        var lines = file.GetProperty("source").GetString()!.Split('\n');
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var mutant in file.GetProperty("mutants").EnumerateArray().OrderBy(PlaceOf))
        {
            var (line, _) = PlaceOf(mutant);
            var original = Shown(Slice(lines, mutant.GetProperty("location")));
            var change = $"`{original}` -> `{Shown(mutant.GetProperty("replacement").GetString()!)}`";

            // Every mutant is counted, tried or not, so that a number stays with its place whatever was left out.
            seen[change] = seen.GetValueOrDefault(change) + 1;
            if (StatusOf(mutant.GetProperty("status").GetString()!) is { } status)
            {
                var numbered = seen[change] == 1 ? change : $"{change} #{seen[change]}";
                mutants.Add(new Mutant(name, line, numbered, mutant.GetProperty("mutatorName").GetString()!, status));
            }
        }
    }

    private static MutantStatus? StatusOf(string status) => status switch
    {
        "Killed" => MutantStatus.Killed,
        "Timeout" => MutantStatus.TimedOut,
        "Survived" => MutantStatus.Survived,
        "NoCoverage" => MutantStatus.NotReached,
        "Ignored" or "CompileError" => null,
        _ => throw new MutationException($"the report has a mutant of the unknown status '{status}': the run was not finished"),
    };

    private static (int Line, int Column) PlaceOf(JsonElement mutant)
    {
        var start = mutant.GetProperty("location").GetProperty("start");
        return (start.GetProperty("line").GetInt32(), start.GetProperty("column").GetInt32());
    }

    private static string Slice(string[] lines, JsonElement location)
    {
        var (start, end) = (location.GetProperty("start"), location.GetProperty("end"));
        var (first, from) = (start.GetProperty("line").GetInt32() - 1, start.GetProperty("column").GetInt32() - 1);
        var (last, to) = (end.GetProperty("line").GetInt32() - 1, end.GetProperty("column").GetInt32() - 1);
        if (first == last)
        {
            return lines[first][from..to];
        }

        var text = new StringBuilder(lines[first][from..]);
        for (var line = first + 1; line < last; line++)
        {
            text.Append('\n').Append(lines[line]);
        }

        return text.Append('\n').Append(lines[last][..to]).ToString();
    }

    /// <summary>Text on one line and not too long; what is the same when shown is told apart by its number.</summary>
    private static string Shown(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MostShown ? line : line[..MostShown] + "…";
    }
}
