using System.Runtime.InteropServices;
using Catena.Cli.CommandLine;

namespace Catena.Cli.NodeHost;

/// <summary>Ties the life of this process to that of the process that started it.</summary>
/// <remarks>
/// The end of the input pipe is the parent's word to stop in order, and also what is left of a parent that was killed. On Linux the kernel also
/// kills this process when its parent dies, even while it is paused; the parent may have died before that was asked for, and then this process
/// has another parent already.
/// </remarks>
internal static partial class ParentBond
{
    private const int SetParentDeathSignal = 1;
    private const int Kill = 9;

    /// <summary>Ties this process to its parent.</summary>
    /// <param name="parent">The process that must be the parent.</param>
    /// <param name="stop">Raised when the input pipe ends.</param>
    /// <exception cref="CommandException">The parent is gone already.</exception>
    public static void Tie(int parent, StopSignal stop)
    {
        if (OperatingSystem.IsLinux())
        {
            if (SetProcessControl(SetParentDeathSignal, Kill, 0, 0, 0) != 0)
            {
                throw new CommandException(ExitCode.Failed, $"the kernel refused to tie this node to its parent (error {Marshal.GetLastPInvokeError()})");
            }

            if (GetParentProcess() != parent)
            {
                throw new CommandException(ExitCode.Failed, $"process {parent}, which this node belongs to, is gone");
            }
        }

        var input = Console.OpenStandardInput();
        new Thread(() => WatchInput(input, stop)) { IsBackground = true, Name = "watches the parent" }.Start();
    }

    private static void WatchInput(Stream input, StopSignal stop)
    {
        Span<byte> ignored = stackalloc byte[64];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A pipe that cannot be read is at its end, too.
        }

        stop.Request();
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int SetProcessControl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcess();
}
