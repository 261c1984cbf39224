using System.Diagnostics;

namespace Catena.Integration.Tests.Harness;

/// <summary>A client in Python that tells in lines what happens to it, and ends when it is given one.</summary>
internal sealed class ForeignClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly Process _process;

    internal ForeignClient(string script, params string[] arguments)
    {
        _process = Tool.Start("/usr/bin/python3", [Repository.Client(script), .. arguments]);
        _process.OutputDataReceived += (_, line) => Take(_lines, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it has told so far.</summary>
    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>What follows a word in the last line that begins with it; null where there is none.</summary>
    internal string? Last(string word) => Lines.LastOrDefault(line => line.StartsWith(word + " ", StringComparison.Ordinal))?[(word.Length + 1)..];

    /// <summary>Waits for something that it tells.</summary>
    internal Task UntilAsync(string what, Func<bool> isSo) => Eventually.TrueAsync($"the client tells of {what}", Patience, () =>
    {
        lock (_gate)
        {
            Assert.True(!_process.HasExited, $"the client ended:\n{string.Join('\n', _errors)}\n{string.Join('\n', _lines.TakeLast(20))}");
        }

        return Task.FromResult(isSo());
    });

    /// <summary>Has it end, and tells its last line.</summary>
    internal async Task<string> EndAsync()
    {
        await _process.StandardInput.WriteLineAsync("stop");
        await _process.StandardInput.FlushAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        Assert.True(_process.ExitCode == 0, string.Join('\n', _errors));
        return Lines[^1];
    }

    private void Take(List<string> list, string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                list.Add(line);
            }
        }
    }
}
