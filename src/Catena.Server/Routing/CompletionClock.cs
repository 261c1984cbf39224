using System.Diagnostics;

namespace Catena.Server.Routing;

/// <summary>When commands are complete, by Stopwatch: of those that are completed together the clock is read once.</summary>
internal static class CompletionClock
{
    [ThreadStatic]
    private static long _shared;

    /// <summary>The time, perhaps as it was when those began to be completed that are being completed on this thread.</summary>
    internal static long Now => _shared is var shared and not 0 ? shared : Stopwatch.GetTimestamp();

    /// <summary>Several are completed from here on to <see cref="End" />.</summary>
    internal static void Begin() => _shared = Stopwatch.GetTimestamp();

    /// <summary>All have been completed.</summary>
    internal static void End() => _shared = 0;
}
