using System.Runtime.InteropServices;

namespace Catena.Server.Platform;

/// <summary>Wakes one thread that waits for news: what is said while it is awake costs no system call, and it sleeps without spinning.</summary>
/// <remarks>
/// One thread waits, and has ended before this is disposed of; any thread sets, at any time. What was set before a wait ends that at once. The events of .NET spin before they sleep, which takes the processor from whoever
/// would have set them where there are more threads than processors.
/// </remarks>
internal sealed unsafe partial class WakeSignal : IDisposable
{
    private const short PollIn = 1;

    private readonly EventDescriptor _event = new();
    private int _isSet;
    private int _isAsleep;

    /// <summary>Ends the wait under way, or the next. Any thread; never blocks.</summary>
    internal void Set()
    {
        // Always exchanged, though it may be set: what the caller has written before is seen by whoever takes this then.
        if (Interlocked.Exchange(ref _isSet, 1) == 0 && Volatile.Read(ref _isAsleep) != 0)
        {
            _event.Signal();
        }
    }

    /// <summary>Waits until it is set, and takes that.</summary>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    internal void Wait(int milliseconds)
    {
        if (Interlocked.Exchange(ref _isSet, 0) != 0)
        {
            return;
        }

        Interlocked.Exchange(ref _isAsleep, 1);
        if (Volatile.Read(ref _isSet) == 0)
        {
            var wanted = new PollDescriptor { Descriptor = (int)_event.Handle.DangerousGetHandle(), Wanted = PollIn };
            _ = Poll(&wanted, 1, milliseconds);
            _event.Take();
        }

        Volatile.Write(ref _isAsleep, 0);
        Interlocked.Exchange(ref _isSet, 0);
    }

    /// <inheritdoc />
    public void Dispose() => _event.Dispose();

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
