using System.Diagnostics;
using System.Globalization;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Up;

/// <summary>One life of one node's process.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int SignalBase = 128;

    /// <summary>How long the last of a dead process's output is waited for: something that it started may hold the pipe.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task _reading;

    private NodeProcess(Process process, string name, Terminal terminal)
    {
        _process = process;
        Id = process.Id;
        _reading = Task.WhenAll(
            ShowAsync(process.StandardOutput, name, terminal), ShowAsync(process.StandardError, name, terminal));
    }

    /// <summary>The process's number.</summary>
    public int Id { get; }

    /// <summary>Whether it found its command line or its data in a state with which starting it again would not help.</summary>
    public bool IsRefusal => _process.ExitCode == ExitCode.Usage;

    /// <summary>How it ended, for people.</summary>
    public string Ending => _process.ExitCode switch
    {
        > SignalBase => string.Create(CultureInfo.InvariantCulture, $"was killed by signal {_process.ExitCode - SignalBase}"),
        ExitCode.Internal => "ended itself rather than go on (exit code 70)",
        var code => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {code}"),
    };

    /// <summary>Starts a node.</summary>
    /// <param name="node">Which.</param>
    /// <param name="starter">Starts the process.</param>
    /// <param name="terminal">Shows what the process prints, which is what is wrong with it.</param>
    public static NodeProcess Start(NodeLaunch node, IProcessStarter starter, Terminal terminal) =>
        new(starter.Start(node), node.Name, terminal);

    /// <summary>Waits until the process is gone and all it printed is shown.</summary>
    public async Task WaitForExitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await Task.WhenAny(_reading, Task.Delay(LastWords)).ConfigureAwait(false);
    }

    /// <summary>Asks the process to stop in order.</summary>
    public void AskToStop() => _process.StandardInput.Close();

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _process.Dispose();

    private static async Task ShowAsync(StreamReader lines, string name, Terminal terminal)
    {
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            terminal.Show($"{name} | {line}");
        }
    }
}
