using System.Diagnostics;
using System.Globalization;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;

namespace Catena.Integration.Tests.Harness;

/// <summary>A recorded load on a cluster: <c>catena bench --history</c>, judged afterwards.</summary>
internal sealed class Load : IDisposable
{
    /// <summary>Twice what is written down at once, so that some of it was asked for after the file had been looked at.</summary>
    private const int AWhile = 2 * 64 * 1024;

    /// <summary>When a load whose end nobody has asked for ends by itself; no test takes so long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly Process _bench;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;
    private readonly string _file;
    private readonly TimeSpan? _length;

    /// <summary>Starts a load.</summary>
    /// <param name="cluster">What it is put on.</param>
    /// <param name="nodes">How many of its nodes, the first ones, are asked.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="threads">How many clients there are.</param>
    /// <param name="length">How long it goes on, where it is the test's clock; null if it goes on until its history is asked for, however long what is done to the cluster takes.</param>
    internal Load(Cluster cluster, int nodes, int keys, int threads = 8, TimeSpan? length = null)
    {
        _length = length;
        _file = Path.Combine(cluster.Data, $"history-{Guid.NewGuid():n}.jsonl");
        _bench = Tool.Start(
            Repository.Catena,
            [
                "bench", .. cluster.NodeAddresses(nodes), "--threads", Number(threads), "--seconds", $"{Number((int)(length ?? Longest).TotalSeconds)}s", "--keys", Number(keys),
                "--reads", "40", "--history", _file,
            ]);
        _output = _bench.StandardOutput.ReadToEndAsync();
        _errors = _bench.StandardError.ReadToEndAsync();
    }

    public void Dispose()
    {
        if (!_bench.HasExited)
        {
            _bench.Kill();
        }

        _bench.Dispose();
    }

    /// <summary>Waits until the load has begun in earnest: some operations are written down.</summary>
    internal Task BegunAsync() => WrittenAsync("the load has begun", 20_000);

    /// <summary>Lets the load go on for a while, ends it or waits for its end, and demands that the history is linearizable.</summary>
    /// <returns>The history.</returns>
    internal async Task<IReadOnlyList<HistoryOperation>> LinearizableAsync()
    {
        if (_length is null)
        {
            await WrittenAsync("the load has gone on for a while", new FileInfo(_file).Length + AWhile);
            await Tool.TerminateAsync(_bench);
        }

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

    private Task WrittenAsync(string what, long bytes) => Eventually.TrueAsync(what, () =>
    {
        Assert.False(_bench.HasExited, "the load has ended");
        return File.Exists(_file) && new FileInfo(_file).Length >= bytes;
    });

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
