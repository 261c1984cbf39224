using System.Runtime.InteropServices;

namespace Catena.Server.Platform;

/// <summary>Linux's eventfd: a descriptor that is ready to be read once it was signalled, until that is taken. Source: eventfd(2).</summary>
/// <remarks>Thread-safe; never blocks.</remarks>
internal sealed unsafe partial class EventDescriptor : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private int _isClosed;

    /// <summary>A descriptor that is not signalled.</summary>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    internal EventDescriptor()
    {
        Number = EventFd(0, CloseOnExec | NonBlocking);
        if (Number < 0)
        {
            throw new IOException($"eventfd failed with errno {Marshal.GetLastPInvokeError()}.", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The descriptor, to wait for.</summary>
    internal int Number { get; }

    /// <summary>Makes it ready.</summary>
    internal void Signal()
    {
        var one = 1UL;
        _ = Write(Number, &one, sizeof(ulong));
    }

    /// <summary>Takes what was signalled, so that it is ready no more.</summary>
    internal void Take()
    {
        ulong count;
        _ = Read(Number, &count, sizeof(ulong));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Once: the number may be somebody else's by the second time.
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _ = Close(Number);
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
