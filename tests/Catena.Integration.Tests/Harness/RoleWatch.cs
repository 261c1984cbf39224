using System.Diagnostics;

namespace Catena.Integration.Tests.Harness;

/// <summary>What someone sees of a cluster's roles who reads ZooKeeper with a client of their own: python3-kazoo, no code of Catena.</summary>
internal sealed class RoleWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly Process _reader;

    internal RoleWatch(string connectString, string cluster = "default")
    {
        _reader = Tool.Start("/usr/bin/python3", Repository.Client("cluster_watch.py"), connectString, cluster);
        _reader.OutputDataReceived += (_, line) => Take(_lines, line.Data);
        _reader.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _reader.BeginOutputReadLine();
        _reader.BeginErrorReadLine();
    }

    public void Dispose()
    {
        if (!_reader.HasExited)
        {
            _reader.Kill();
        }

        _reader.Dispose();
    }

    /// <summary>Waits until the reader's latest word is one that is wanted.</summary>
    internal async Task<string> UntilAsync(string what, Func<string, bool> isWanted)
    {
        var latest = "";
        await Eventually.TrueAsync($"a reader of ZooKeeper sees {what}", Patience, () =>
        {
            lock (_gate)
            {
                latest = _lines.LastOrDefault() ?? "";
                Assert.True(!_reader.HasExited, $"the reader ended: {string.Join('\n', _errors)}");
            }

            return Task.FromResult(isWanted(latest));
        });
        return latest;
    }

    /// <summary>Waits until the reader sees these roles and no others.</summary>
    internal Task UntilAsync(string expected) => UntilAsync($"'{expected}'", latest => latest == expected);

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
