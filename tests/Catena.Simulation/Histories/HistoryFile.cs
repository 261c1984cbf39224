// The banned list keeps the simulated world away from files; a history is read and written outside of it.
#pragma warning disable RS0030
namespace Catena.Simulation.Histories;

/// <summary>Histories as text, a line each operation.</summary>
public static class HistoryFile
{
    /// <summary>Writes operations in the order given.</summary>
    public static void Write(TextWriter target, IEnumerable<HistoryOperation> history)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(history);
        foreach (var operation in history)
        {
            target.Write(HistoryLine.Format(operation));
            target.Write('\n');
        }
    }

    /// <summary>Reads operations; empty lines are passed over.</summary>
    /// <exception cref="HistoryFormatException">A line is not an operation; the message names its number.</exception>
    public static IReadOnlyList<HistoryOperation> Read(TextReader source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var history = new List<HistoryOperation>();
        for (var number = 1; source.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                history.Add(HistoryLine.Parse(line));
            }
            catch (HistoryFormatException wrong)
            {
                throw new HistoryFormatException($"line {number}: {wrong.Message}", wrong);
            }
        }

        return history;
    }
}
