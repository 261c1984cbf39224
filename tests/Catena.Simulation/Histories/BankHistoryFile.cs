// The banned list keeps the simulated world away from files; a history is read outside of it.
#pragma warning disable RS0030
namespace Catena.Simulation.Histories;

/// <summary>Histories of a bank as text, a line each call and each end, as Jepsen writes them; the format is described in docs/histories.md.</summary>
public static class BankHistoryFile
{
    /// <summary>Reads a history.</summary>
    /// <exception cref="HistoryFormatException">A line makes no sense, or not where it is; the message names its number.</exception>
    public static BankHistory Read(TextReader source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new BankHistoryReader();
        for (var number = 1; source.ReadLine() is { } line; number++)
        {
            try
            {
                if (EventLine.Read(line) is { } told)
                {
                    reader.Add(told);
                }
            }
            catch (HistoryFormatException wrong)
            {
                throw new HistoryFormatException($"line {number}: {wrong.Message}", wrong);
            }
        }

        return reader.History;
    }
}
