using System.Diagnostics;

namespace Catena.Integration.Tests.Harness;

/// <summary>A node of a cluster that <c>catena up</c> started, started again by hand, as an operator would.</summary>
internal sealed class StandaloneNode : IAsyncDisposable
{
    private readonly Process _process;
    private bool _isGone;

    private StandaloneNode(Process process)
    {
        _process = process;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>How a running node was started, without its tie to <c>up</c>.</summary>
    internal static async Task<string[]> CommandLineAsync(int pid)
    {
        var arguments = (await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries).ToList();
        var tie = arguments.IndexOf("--parent-pid");
        if (tie >= 0)
        {
            arguments.RemoveRange(tie, 2);
        }

        return [.. arguments];
    }

    internal static StandaloneNode Start(string[] commandLine) => new(Tool.Start(commandLine[0], commandLine[1..]));

    /// <summary>Kills it, if nobody has.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
