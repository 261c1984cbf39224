using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Up;

/// <summary>Starts nodes as children that die with this process.</summary>
/// <remarks>
/// On Linux a child asks the kernel to be killed when its parent dies (PR_SET_PDEATHSIG), and by the parent the kernel means the thread that
/// started it. So all are started by one thread that lives as long as this object. The pipe at the child's input says the same thing to
/// a child of any system: at its end the child stops in order.
/// </remarks>
internal sealed class ProcessStarter : IProcessStarter, IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Begins the thread.</summary>
    public ProcessStarter()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "starts nodes" };
        _thread.Start();
    }

    /// <inheritdoc />
    public Process Start(NodeLaunch node)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(Describe(node)) ?? throw new InvalidOperationException("no process was started"));
            }
            // Whatever it was, the caller gets it.
#pragma warning disable CA1031
            catch (Exception refused)
#pragma warning restore CA1031
            {
                started.SetException(refused);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Ends the thread, and with it children that are still alive.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static ProcessStartInfo Describe(NodeLaunch node)
    {
        var executable = Environment.ProcessPath
            ?? throw new CommandException(ExitCode.Internal, "the path of this program is not known, so no node can be started");
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Under `dotnet catena.dll` the program is dotnet, and the assembly its first argument.
        if (Path.GetFileNameWithoutExtension(executable) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ProcessStarter).Assembly.Location);
        }

        foreach (var flag in node.Flags)
        {
            start.ArgumentList.Add(flag);
        }

        start.ArgumentList.Add("--parent-pid");
        start.ArgumentList.Add(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return start;
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
