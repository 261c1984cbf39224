using System.Diagnostics;

namespace Catena.Cli.Bench;

/// <summary>The clock of loads and their histories.</summary>
internal static class BenchClock
{
    /// <summary>Nanoseconds of the machine's monotonic clock, the same for all processes of a machine.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
