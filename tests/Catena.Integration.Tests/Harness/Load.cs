using System.Diagnostics;
using System.Globalization;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;

namespace Catena.Integration.Tests.Harness;

/// <summary>A recorded load on a cluster: <c>catena bench --history</c>, judged afterwards.</summary>
internal sealed class Load : IDisposable
{
    private readonly Process _bench;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;
    private readonly string _file;

    internal Load(Cluster cluster, int nodes, int seconds, int keys, int threads = 8)
    {
        _file = Path.Combine(cluster.Data, $"history-{Guid.NewGuid():n}.jsonl");
        _bench = Tool.Start(
            Repository.Catena,
            [
                "bench", .. cluster.NodeAddresses(nodes), "--threads", Number(threads), "--seconds", $"{seconds}s", "--keys", Number(keys),
                "--reads", "40", "--history", _file,
            ]);
        _output = _bench.StandardOutput.ReadToEndAsync();
        _errors = _bench.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether it goes on.</summary>
    internal bool IsRunning => !_bench.HasExited;

    public void Dispose()
    {
        if (!_bench.HasExited)
        {
            _bench.Kill();
        }

        _bench.Dispose();
    }

    /// <summary>Waits until the load has begun in earnest: some operations are written down.</summary>
    internal Task BegunAsync() => Eventually.TrueAsync(
        "the load has begun", TimeSpan.FromSeconds(30), () => Task.FromResult(File.Exists(_file) && new FileInfo(_file).Length > 20_000));

    /// <summary>Waits for the end, and demands that the history is linearizable.</summary>
    /// <returns>The history.</returns>
    internal async Task<IReadOnlyList<HistoryOperation>> LinearizableAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await _bench.WaitForExitAsync(deadline.Token);
        Assert.True(_bench.ExitCode == 0, $"bench ended with {_bench.ExitCode}: {await _output}{await _errors}");
        using var reader = new StreamReader(_file);
        var history = HistoryFile.Read(reader);
        var report = new LinearizabilityChecker().Check(history);
        Assert.True(report.Verdict == Verdict.Linearizable, report.Explanation);
        return history;
    }

    /// <summary>The longest time, in milliseconds, in which no write succeeded.</summary>
    internal static double LongestWriteGap(IEnumerable<HistoryOperation> history)
    {
        var ends = history.Where(operation => operation.Outcome == Outcome.Ok && operation.Command.Operation != RegisterOperation.Get)
            .Select(operation => operation.Return).Order().ToArray();
        return ends.Length < 2 ? double.PositiveInfinity : ends.Zip(ends.Skip(1), (earlier, later) => later - earlier).Max() / 1e6;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
