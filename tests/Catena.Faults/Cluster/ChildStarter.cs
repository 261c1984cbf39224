using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Catena.Faults.Cluster;

/// <summary>Starts the processes of a run, and notes them where the launcher finds what is left of it.</summary>
/// <remarks>
/// Nodes ask the kernel to be killed when the thread that started them ends, so one thread starts them all and lives as long as this object.
/// Each process carries the run's prefix in its environment, so that a number that meanwhile belongs to somebody else is not mistaken for it.
/// </remarks>
internal sealed class ChildStarter : IDisposable
{
    /// <summary>The variable in the environment of every process of a run; its value is the prefix.</summary>
    public const string Marker = "CATENA_FAULTS_RUN";

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly string _prefix;
    private readonly string _pids;

    /// <summary>Begins.</summary>
    /// <param name="prefix">The run's prefix.</param>
    /// <param name="directory">The run's directory.</param>
    public ChildStarter(string prefix, string directory)
    {
        _prefix = prefix;
        _pids = Path.Combine(directory, "pids");
        _thread = new Thread(Work) { IsBackground = true, Name = "starts processes" };
        _thread.Start();
    }

    /// <summary>Starts a process, whose input is a pipe from here.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="output">The file that receives what it prints; lines are added.</param>
    public Process Start(IReadOnlyList<string> command, string output)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Marker] = _prefix;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new HarnessException($"{command[0]} did not start"));
            }
            catch (Exception refused) when (refused is System.ComponentModel.Win32Exception or HarnessException)
            {
                started.SetException(new HarnessException($"{command[0]} cannot be started: {refused.Message}", refused));
            }
        });
        var process = started.Task.GetAwaiter().GetResult();
        File.AppendAllText(_pids, process.Id.ToString(CultureInfo.InvariantCulture) + "\n");
        Collect(process, output);
        return process;
    }

    /// <summary>Ends the thread, and with it nodes that still run.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static void Collect(Process process, string output)
    {
        var gate = new Lock();
        void Take(object _, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                lock (gate)
                {
                    File.AppendAllText(output, text + "\n");
                }
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
