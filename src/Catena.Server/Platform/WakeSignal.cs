using System.Runtime.InteropServices;

namespace Catena.Server.Platform;

/// <summary>Wakes one thread that waits for news: what is said while it is awake costs no system call, and it sleeps without spinning.</summary>
/// <remarks>
/// One thread waits, any thread sets; what was set before a wait ends that at once. On Linux this is an eventfd (eventfd(2)); the events of .NET spin before they sleep, which takes the processor from whoever
/// would have set them where there are more threads than processors.
/// </remarks>
internal sealed unsafe partial class WakeSignal : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const short PollIn = 1;

    private readonly int _event = -1;
    private readonly AutoResetEvent? _fallback;
    private int _isSet;
    private int _isAsleep;

    /// <summary>A signal that is not set.</summary>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    internal WakeSignal()
    {
        if (!OperatingSystem.IsLinux())
        {
            _fallback = new AutoResetEvent(false);
        }
        else if ((_event = EventFd(0, CloseOnExec | NonBlocking)) < 0)
        {
            throw new IOException($"eventfd failed with errno {Marshal.GetLastPInvokeError()}.", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Ends the wait under way, or the next. Any thread; never blocks.</summary>
    internal void Set()
    {
        if (Volatile.Read(ref _isSet) == 0 && Interlocked.Exchange(ref _isSet, 1) == 0 && Volatile.Read(ref _isAsleep) != 0)
        {
            if (_fallback is not null)
            {
                _fallback.Set();
                return;
            }

            var one = 1UL;
            _ = Write(_event, &one, sizeof(ulong));
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
            Sleep(milliseconds);
        }

        Volatile.Write(ref _isAsleep, 0);
        Interlocked.Exchange(ref _isSet, 0);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _fallback?.Dispose();
        if (_event >= 0)
        {
            _ = Close(_event);
        }
    }

    private void Sleep(int milliseconds)
    {
        if (_fallback is not null)
        {
            _fallback.WaitOne(milliseconds);
            return;
        }

        var wanted = new PollDescriptor { Descriptor = _event, Wanted = PollIn };
        _ = Poll(&wanted, 1, milliseconds);
        ulong count;
        _ = Read(_event, &count, sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
