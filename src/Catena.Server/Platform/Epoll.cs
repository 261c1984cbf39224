using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Catena.Server.Platform;

/// <summary>Linux's epoll, edge-triggered, and a descriptor that wakes whoever waits. Source: epoll(7).</summary>
/// <remarks>One thread waits; any thread adds and wakes. A descriptor that is closed leaves by itself.</remarks>
internal sealed unsafe partial class Epoll : IDisposable
{
    /// <summary>The token of what <see cref="Wake" /> causes.</summary>
    internal const ulong WakeToken = ulong.MaxValue;

    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const uint In = 0x1;
    private const uint Out = 0x4;
    private const uint Error = 0x8;
    private const uint HangUp = 0x10;
    private const uint PeerShutDown = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const int Interrupted = 4;

    // The kernel's struct is packed on x86-64 and nowhere else.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle _epoll;
    private readonly EventDescriptor _event = new();
    private readonly byte[] _ready;
    private readonly int _capacity;

    /// <summary>An epoll instance that watches nothing yet.</summary>
    /// <param name="capacity">How many events a <see cref="Wait" /> takes at most.</param>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    internal Epoll(int capacity)
    {
        _capacity = capacity;
        _ready = GC.AllocateArray<byte>(capacity * 16, pinned: true);
        _epoll = new SafeFileHandle(Checked(EpollCreate(CloseOnExec), "epoll_create1"), ownsHandle: true);
        Watch(_event.Handle, WakeToken, In);
    }

    /// <summary>Watches a socket for as long as it is open: a token is told each time that bytes arrive, room for more to send appears, or it ends.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    internal void Watch(SafeHandle socket, ulong token) => Watch(socket, token, In | Out | PeerShutDown | EdgeTriggered);

    /// <summary>Waits for events.</summary>
    /// <param name="milliseconds">How long at most; 0 not at all, -1 for ever.</param>
    /// <returns>How many there are; <see cref="Event" /> tells each.</returns>
    internal int Wait(int milliseconds)
    {
        fixed (byte* ready = _ready)
        {
            var count = EpollWait(_epoll, ready, _capacity, milliseconds);
            if (count < 0 && Marshal.GetLastPInvokeError() is not Interrupted and var error)
            {
                throw new IOException($"epoll_wait failed with errno {error}.", error);
            }

            return Math.Max(count, 0);
        }
    }

    /// <summary>What happened.</summary>
    /// <param name="index">Which event of the last <see cref="Wait" />.</param>
    /// <param name="readiness">What can be done now.</param>
    /// <returns>The token.</returns>
    internal ulong Event(int index, out Readiness readiness)
    {
        var at = _ready.AsSpan(index * EventBytes, EventBytes);
        var what = MemoryMarshal.Read<uint>(at);
        readiness = ((what & (In | PeerShutDown | Error | HangUp)) != 0 ? Readiness.Receive : Readiness.None)
            | ((what & (Out | Error | HangUp)) != 0 ? Readiness.Send : Readiness.None)
            | ((what & (PeerShutDown | Error | HangUp)) != 0 ? Readiness.End : Readiness.None);
        return MemoryMarshal.Read<ulong>(at[(EventBytes - sizeof(ulong))..]);
    }

    /// <summary>Ends a <see cref="Wait" /> that is under way, or the next.</summary>
    internal void Wake() => _event.Signal();

    /// <summary>Takes the wakes that were told.</summary>
    internal void TakeWakes() => _event.Take();

    /// <inheritdoc />
    public void Dispose()
    {
        _event.Dispose();
        _epoll.Dispose();
    }

    private void Watch(SafeHandle descriptor, ulong token, uint what)
    {
        Span<byte> wanted = stackalloc byte[16];
        wanted.Clear();
        MemoryMarshal.Write(wanted, what);
        MemoryMarshal.Write(wanted[(EventBytes - sizeof(ulong))..], token);
        fixed (byte* bytes = wanted)
        {
            Checked(EpollControl(_epoll, Add, descriptor, bytes), "epoll_ctl");
        }
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed with errno {Marshal.GetLastPInvokeError()}.", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(SafeFileHandle epoll, int operation, SafeHandle descriptor, byte* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(SafeFileHandle epoll, byte* events, int capacity, int milliseconds);
}
