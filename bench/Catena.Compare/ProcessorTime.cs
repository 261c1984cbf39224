using System.Globalization;

namespace Catena.Compare;

/// <summary>The processor time of processes, as Linux tells it in <c>/proc/PID/stat</c>.</summary>
internal static class ProcessorTime
{
    // USER_HZ, which is 100 wherever .NET runs.
    private const double TicksPerSecond = 100;
    private const int UserTime = 11;
    private const int SystemTime = 12;

    /// <summary>The seconds that some processes have used together, in user and in system mode.</summary>
    public static double Of(IReadOnlyList<int> processes) =>
        processes.Sum(process => In(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"))));

    /// <summary>The seconds in the text of one such file.</summary>
    public static double In(string stat)
    {
        // The name of the program comes before, in brackets, and may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[SystemTime], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
