using System.Text.Json;
using Catena.Simulation.Histories;

namespace Catena.Faults.Checking;

/// <summary>Reads what workers wrote down: histories as docs/histories.md has them, with errors.</summary>
internal static class WorkerHistory
{
    /// <summary>Reads a whole history; a line that is not one is an error, wherever it stands, since a check of half a history shows nothing.</summary>
    /// <exception cref="HarnessException">A line is not an operation; the message names it.</exception>
    public static List<RecordedOperation> Read(TextReader source, string name)
    {
        var operations = new List<RecordedOperation>();
        for (var number = 1; source.ReadLine() is { } line; number++)
        {
            try
            {
                operations.Add(new RecordedOperation(HistoryLine.Parse(line), ErrorOf(line)));
            }
            catch (HistoryFormatException wrong)
            {
                throw new HarnessException(FormattableString.Invariant($"{name}, line {number}: {wrong.Message}"), wrong);
            }
        }

        return operations;
    }

    private static string? ErrorOf(string line)
    {
        if (!line.Contains("\"error\"", StringComparison.Ordinal))
        {
            return null;
        }

        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
    }
}
