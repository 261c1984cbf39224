using System.Globalization;
using System.Runtime.InteropServices;

namespace Catena.Server.Platform;

/// <summary>How far threads go after others where processors are short. Linux only; elsewhere nothing changes. Source: getpriority(2), sched(7).</summary>
/// <remarks>
/// On Linux it is each thread's own, and whoever a thread starts is as nice as that. It can be raised but, without privileges, not be taken back. A system that refuses leaves threads as they are.
/// </remarks>
public static partial class Niceness
{
    /// <summary>By how much threads that copy whole partitions are nicer: they get about a third of the time that others get who want it, and so go on in any case.</summary>
    internal const int OfBulk = 5;

    /// <summary>The highest there is.</summary>
    public const int Highest = 19;

    private const int ProcessOrThread = 0;
    private const int Caller = 0;
    private const string OwnThreads = "/proc/self/task";

    /// <summary>Makes the calling thread nicer.</summary>
    /// <param name="increment">By how much.</param>
    internal static void RaiseThread(int increment)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(ProcessOrThread, Caller, RaisedBy(increment));
        }
    }

    /// <summary>Makes every thread of this process nicer that is not yet as nice as the calling thread becomes.</summary>
    /// <param name="increment">By how much.</param>
    public static void RaiseProcess(int increment)
    {
        if (!OperatingSystem.IsLinux() || increment == 0)
        {
            return;
        }

        var wanted = RaisedBy(increment);
        bool hasChanged;
        do
        {
            hasChanged = false;
            foreach (var path in Directory.GetDirectories(OwnThreads))
            {
                var thread = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
                hasChanged |= GetPriority(ProcessOrThread, thread) < wanted && SetPriority(ProcessOrThread, thread, wanted) == 0;
            }
        }
        while (hasChanged); // One that was not told yet may have started another meanwhile.
    }

    private static int RaisedBy(int increment) => Math.Min(GetPriority(ProcessOrThread, Caller) + increment, Highest);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
