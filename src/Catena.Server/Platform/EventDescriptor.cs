using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Catena.Server.Platform;

/// <summary>Linux's eventfd: a descriptor that is ready to be read once it was signalled, until that is taken. Source: eventfd(2).</summary>
/// <remarks>Thread-safe; never blocks. Nothing is written to its number once it is closed, since that may be somebody else's by then.</remarks>
internal sealed unsafe partial class EventDescriptor : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    /// <summary>A descriptor that is not signalled.</summary>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    internal EventDescriptor()
    {
        var descriptor = EventFd(0, CloseOnExec | NonBlocking);
        if (descriptor < 0)
        {
            throw new IOException($"eventfd failed with errno {Marshal.GetLastPInvokeError()}.", Marshal.GetLastPInvokeError());
        }

        Handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>The descriptor, to wait for.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>Makes it ready; once it is closed nobody waits, and it does nothing.</summary>
    internal void Signal()
    {
        var one = 1UL;
        try
        {
            _ = Write(Handle, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Whoever waited has ended.
        }
    }

    /// <summary>Takes what was signalled, so that it is ready no more.</summary>
    internal void Take()
    {
        ulong count;
        _ = Read(Handle, &count, sizeof(ulong));
    }

    /// <inheritdoc />
    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle descriptor, void* bytes, nint count);
}
