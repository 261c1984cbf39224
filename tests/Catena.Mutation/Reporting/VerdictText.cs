using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Catena.Mutation.Reporting;

/// <summary>A verdict as text for a terminal, and as JSON.</summary>
internal static class VerdictText
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Survivors by file, what is wrong with the list of accepted ones, a table of the files, and one line with the score.</summary>
    public static string Text(Verdict verdict)
    {
        var text = new StringBuilder();
        foreach (var mutant in verdict.Unexplained)
        {
            text.Append(CultureInfo.InvariantCulture, $"{mutant.File}:{mutant.Line}: {Word(mutant.Status)}, {mutant.Operator}\n    {mutant.Name}\n");
        }

        foreach (var name in verdict.AcceptedButKilled)
        {
            text.Append(CultureInfo.InvariantCulture, $"accepted as a survivor, but killed:\n    {name}\n");
        }

        foreach (var name in verdict.AcceptedButGone)
        {
            text.Append(CultureInfo.InvariantCulture, $"accepted as a survivor, but no such mutant was tried:\n    {name}\n");
        }

        text.Append('\n');
        foreach (var file in verdict.Mutants.GroupBy(mutant => mutant.File))
        {
            var detected = file.Count(mutant => mutant.IsDetected);
            var share = 100.0 * detected / file.Count();
            text.Append(CultureInfo.InvariantCulture, $"{file.Key,-40} {file.Count(),5} mutants {share,6:F1} % {file.Count() - detected,4} survived\n");
        }

        return text.Append(LastLine(verdict)).Append('\n').ToString();
    }

    /// <summary>The same as JSON.</summary>
    public static string Json(Verdict verdict)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("mutants", verdict.Mutants.Count);
            json.WriteNumber("killed", verdict.Count(mutant => mutant.Status == MutantStatus.Killed));
            json.WriteNumber("timedOut", verdict.Count(mutant => mutant.Status == MutantStatus.TimedOut));
            json.WriteNumber("survived", verdict.Count(mutant => !mutant.IsDetected));
            json.WriteNumber("score", Math.Round(verdict.Score, 2));
            json.WriteBoolean("passes", verdict.Passes);
            json.WriteStartArray("survivors");
            foreach (var mutant in verdict.Mutants.Where(mutant => !mutant.IsDetected))
            {
                WriteSurvivor(json, mutant, verdict.Explained.Contains(mutant) ? verdict.ReasonFor(mutant) : null);
            }

            json.WriteEndArray();
            WriteNames(json, "acceptedButKilled", verdict.AcceptedButKilled);
            WriteNames(json, "acceptedButGone", verdict.AcceptedButGone);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static string LastLine(Verdict verdict)
    {
        var killed = verdict.Count(mutant => mutant.Status == MutantStatus.Killed);
        var timedOut = verdict.Count(mutant => mutant.Status == MutantStatus.TimedOut);
        var survived = verdict.Count(mutant => !mutant.IsDetected);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict.Mutants.Count} mutants, {killed} killed, {timedOut} timed out, {survived} survived ({verdict.Explained.Count} explained), score {verdict.Score:F1} %");
    }

    private static string Word(MutantStatus status) => status == MutantStatus.NotReached ? "not reached by a test" : "survived";

    private static void WriteSurvivor(Utf8JsonWriter json, Mutant mutant, string? reason)
    {
        json.WriteStartObject();
        json.WriteString("file", mutant.File);
        json.WriteNumber("line", mutant.Line);
        json.WriteString("change", mutant.Change);
        json.WriteString("operator", mutant.Operator);
        json.WriteBoolean("reached", mutant.Status != MutantStatus.NotReached);
        if (reason is not null)
        {
            json.WriteString("reason", reason);
        }

        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
