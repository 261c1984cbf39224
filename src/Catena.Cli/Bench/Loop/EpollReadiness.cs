using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Catena.Cli.Bench.Loop;

/// <summary>Readiness by Linux's epoll: one system call finds all sockets that are ready, without allocation.</summary>
/// <remarks>
/// epoll waits in milliseconds only, which is too coarse for a load that has its times. So shorter waits go through ppoll on the epoll descriptor itself, and the thread's timer slack, by which Linux
/// lets every wait last 50 µs longer, is set to the least.
/// </remarks>
internal sealed unsafe partial class EpollReadiness : IReadiness
{
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;
    private const int ControlModify = 3;
    private const uint EventIn = 1;
    private const uint EventOut = 4;
    private const short PollIn = 1;
    private const int CloseOnExec = 0x80000;
    private const int SetTimerSlack = 29;
    private const int Interrupted = 4;
    private const int MostEvents = 256;
    private const long NanosecondsOfMillisecond = 1_000_000;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly byte[] _events = new byte[MostEvents * EventBytes];
    private readonly SafeFileHandle _epoll;
    private bool _isTuned;

    /// <summary>Watches nothing yet.</summary>
    public EpollReadiness()
    {
        var epoll = EpollCreate(CloseOnExec);
        if (epoll < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        _epoll = new SafeFileHandle(epoll, ownsHandle: true);
    }

    /// <inheritdoc />
    public void Add(Socket socket, int number, bool forWriting) => Control(ControlAdd, socket, number, forWriting);

    /// <inheritdoc />
    public void Change(Socket socket, int number, bool forWriting) => Control(ControlModify, socket, number, forWriting);

    /// <inheritdoc />
    public void Remove(Socket socket, int number) => Control(ControlDelete, socket, number, false);

    /// <inheritdoc />
    public int Wait(Span<int> ready, long nanoseconds)
    {
        var milliseconds = (int)Math.Min(nanoseconds / NanosecondsOfMillisecond, int.MaxValue);
        if (nanoseconds % NanosecondsOfMillisecond != 0)
        {
            WaitPrecisely(nanoseconds);
            milliseconds = 0;
        }

        int count;
        fixed (byte* events = _events)
        {
            count = EpollWait(_epoll, events, Math.Min(ready.Length, MostEvents), milliseconds);
        }

        if (count < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Interrupted ? 0 : throw new Win32Exception(error);
        }

        for (var index = 0; index < count; index++)
        {
            ready[index] = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((index * EventBytes) + EventBytes - 8));
        }

        return count;
    }

    /// <inheritdoc />
    public void Dispose() => _epoll.Dispose();

    private void WaitPrecisely(long nanoseconds)
    {
        if (!_isTuned)
        {
            _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);
            _isTuned = true;
        }

        var time = stackalloc nint[2];
        (time[0], time[1]) = ((nint)(nanoseconds / 1_000_000_000), (nint)(nanoseconds % 1_000_000_000));
        var poll = new PollDescriptor { Descriptor = (int)_epoll.DangerousGetHandle(), Events = PollIn };
        _ = PreciselyPoll(&poll, 1, time, null);
    }

    private void Control(int operation, Socket socket, int number, bool forWriting)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var described = stackalloc byte[16];
        *(uint*)described = EventIn | (forWriting ? EventOut : 0);
        *(long*)(described + EventBytes - 8) = number;
        if (EpollControl(_epoll, operation, socket.SafeHandle, described) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(SafeFileHandle epoll, int operation, SafeHandle descriptor, byte* described);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(SafeFileHandle epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int PreciselyPoll(PollDescriptor* descriptors, nuint count, nint* time, void* signals);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
