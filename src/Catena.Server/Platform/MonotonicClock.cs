using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Catena.Server.Platform;

/// <summary>The time that leases, promises and failure detection go by: it never runs backwards and counts suspended time.</summary>
/// <remarks>
/// On Linux this is CLOCK_BOOTTIME. <see cref="Stopwatch" /> stands still there while the machine is suspended, so a lease would outlive its
/// promise; elsewhere it counts on. Readings of two processes or machines have nothing to do with each other.
/// </remarks>
internal static partial class MonotonicClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int BootTime = 7;

    /// <summary>Nanoseconds since some moment before the process began.</summary>
    public static long Now => OperatingSystem.IsLinux() ? ReadBootTime() : Stopwatch.GetElapsedTime(0).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>A duration in the clock's unit.</summary>
    /// <param name="duration">At most 292 years.</param>
    public static long Nanoseconds(TimeSpan duration) => checked(duration.Ticks * TimeSpan.NanosecondsPerTick);

    private static unsafe long ReadBootTime()
    {
        TimeSpec time;
        if (ClockGetTime(BootTime, &time) != 0)
        {
            throw new PlatformNotSupportedException("The system has no CLOCK_BOOTTIME, without which leases are not safe.");
        }

        return (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds;
    }

    // A call of some 20 ns that never blocks: it is worth sparing the collector's transition.
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    private static unsafe partial int ClockGetTime(int clock, TimeSpec* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
