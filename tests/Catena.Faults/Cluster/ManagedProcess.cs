using System.Diagnostics;

namespace Catena.Faults.Cluster;

/// <summary>A process that is started again with the same command line whenever it was ended on purpose, and whose own end is noticed.</summary>
/// <param name="name">Its name in messages.</param>
/// <param name="command">Its command line.</param>
/// <param name="output">The file that receives what it prints.</param>
/// <param name="starter">Starts it.</param>
internal sealed class ManagedProcess(string name, IReadOnlyList<string> command, string output, ChildStarter starter) : IDisposable
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(60);

    private Process? _process;
    private bool _isEndExpected;

    /// <summary>Its name in messages.</summary>
    public string Name => name;

    /// <summary>Whether it has been started and has not ended, as far as anybody meant it to.</summary>
    public bool IsUp => _process is not null && !_isEndExpected;

    /// <summary>Starts it.</summary>
    public void Start()
    {
        _process?.Dispose();
        _isEndExpected = false;
        _process = starter.Start(command, output);
    }

    /// <summary>Kills it as <c>kill -9</c> does and waits for its end.</summary>
    public void Kill() => End(Signal.Kill);

    /// <summary>Asks it to stop in order and waits for its end.</summary>
    /// <exception cref="HarnessException">It does not stop.</exception>
    public void Stop() => End(Signal.Terminate);

    /// <summary>Halts it.</summary>
    public void Pause() => Signal.Send(_process!.Id, Signal.Stop);

    /// <summary>Lets it go on.</summary>
    public void Continue() => Signal.Send(_process!.Id, Signal.Continue);

    /// <summary>Whether it has ended though nobody asked it to; with what.</summary>
    public bool HasEndedByItself(out int exitCode)
    {
        var ended = _process is { HasExited: true } && !_isEndExpected;
        exitCode = ended ? _process!.ExitCode : 0;
        return ended;
    }

    /// <summary>Kills it for good.</summary>
    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            End(Signal.Kill);
        }

        _process?.Dispose();
    }

    private void End(int signal)
    {
        _isEndExpected = true;
        Signal.Send(_process!.Id, signal);
        if (!_process.WaitForExit(EndPatience))
        {
            throw new HarnessException($"{name} (pid {_process.Id}) has not ended {EndPatience.TotalSeconds} s after signal {signal}");
        }
    }
}
