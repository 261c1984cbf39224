using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Catena.Integration.Tests.Harness;

/// <summary>A cluster of real processes, started by <c>catena up</c> on ports of its own.</summary>
internal sealed partial class Cluster : IAsyncDisposable
{
    private const int SignalKill = 9;
    private const int SignalStop = 19;
    private const int SignalContinue = 18;
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly string[] _arguments;
    private readonly bool _ownsData;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, int> _pids = [];
    private readonly List<string> _printed = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _up;

    private Cluster(string data, bool ownsData, int basePort, string[] arguments)
    {
        Data = data;
        BasePort = basePort;
        _ownsData = ownsData;
        _arguments = arguments;
        _up = Tool.Start(
            Repository.Catena, ["up", "--data", data, "--base-port", basePort.ToString(CultureInfo.InvariantCulture), .. arguments]);
        _up.OutputDataReceived += (_, line) => Take(line.Data);
        _up.ErrorDataReceived += (_, line) => Take(line.Data);
        _up.BeginOutputReadLine();
        _up.BeginErrorReadLine();
    }

    internal string Data { get; }

    internal int BasePort { get; }

    internal static async Task<Cluster> StartAsync(params string[] arguments)
    {
        var data = Directory.CreateTempSubdirectory("catena-test-").FullName;
        return await StartAsync(data, true, FreePorts.Block(), arguments);
    }

    /// <summary>Starts a cluster on a directory that the caller has made and will remove.</summary>
    internal static Task<Cluster> StartOnAsync(string data, params string[] arguments) => StartAsync(data, false, FreePorts.Block(), arguments);

    /// <summary>Starts a cluster again on the data and ports of one that has ended.</summary>
    internal Task<Cluster> StartAgainAsync() => StartAsync(Data, true, BasePort, _arguments);

    /// <summary>The same, for a cluster that is not expected to become ready by itself.</summary>
    internal Cluster StartAgainWithoutWaiting() => new(Data, true, BasePort, _arguments);

    internal int RedisPort(int node) => BasePort + 100 + node;

    internal int ThriftPort(int node) => BasePort + 200 + node;

    internal int HttpPort(int node) => BasePort + 300 + node;

    internal int PeerPort(int node) => BasePort + 400 + node;

    internal int TablePort(int node) => BasePort + 500 + node;

    internal int TextPort(int node) => BasePort + node;

    internal int Pid(int node)
    {
        lock (_gate)
        {
            return _pids[node];
        }
    }

    internal string[] NodeAddresses(int nodes) =>
        [.. Enumerable.Range(1, nodes).SelectMany(node => new[] { "--node", $"127.0.0.1:{RedisPort(node)}" })];

    internal void Kill(int node) => Signal(Pid(node), SignalKill);

    internal void Pause(int node) => Signal(Pid(node), SignalStop);

    internal void Continue(int node) => Signal(Pid(node), SignalContinue);

    /// <summary>Kills every node and then <c>up</c> itself, as close together as one can.</summary>
    internal async Task KillAllAsync()
    {
        int[] all;
        lock (_gate)
        {
            all = [_up.Id, .. _pids.Values];
        }

        foreach (var pid in all)
        {
            Signal(pid, SignalKill);
        }

        await _up.WaitForExitAsync();
    }

    internal async Task<JsonElement> StatusAsync(int node)
    {
        var text = await Http.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort(node)}/status"));
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Waits until each partition has so many members and no learners, as one node sees it.</summary>
    internal Task HealedAsync(int seenBy, int members) =>
        Eventually.TrueAsync($"every partition has {members} members", TimeSpan.FromSeconds(90), async () =>
        {
            try
            {
                var status = await StatusAsync(seenBy);
                return status.GetProperty("partitions").EnumerateArray().All(
                    partition => partition.GetProperty("members").GetArrayLength() == members && partition.GetProperty("learners").GetArrayLength() == 0);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });

    internal async Task StopAsync()
    {
        if (!_up.HasExited)
        {
            Signal(_up.Id, SignalTerminate);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            await _up.WaitForExitAsync(deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_up.HasExited)
        {
            await KillAllAsync();
        }

        _up.Dispose();
        if (_ownsData && Directory.Exists(Data))
        {
            await Eventually.TrueAsync("the data directory can be deleted", TimeSpan.FromSeconds(20), () =>
            {
                try
                {
                    Directory.Delete(Data, recursive: true);
                }
                catch (IOException)
                {
                    // A killed node is still closing its files.
                }

                return Task.FromResult(!Directory.Exists(Data));
            });
        }
    }

    /// <summary>What a node's readiness probe says; empty where it does not answer.</summary>
    internal static async Task<string> ReadinessAsync(int httpPort)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{httpPort}/health/ready"));
            return await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    /// <summary>A node's figures, in the text format of Prometheus.</summary>
    internal static Task<string> MetricsAsync(int httpPort) => Http.GetStringAsync(new Uri($"http://127.0.0.1:{httpPort}/metrics"));

    /// <summary>Waits until <c>up</c> has printed that everything serves; otherwise the test fails with what it did print.</summary>
    internal async Task ReadyAsync()
    {
        var first = await Task.WhenAny(_ready.Task, _up.WaitForExitAsync(), Task.Delay(StartPatience));
        if (first != _ready.Task)
        {
            var printed = Printed();
            await DisposeAsync();
            Assert.Fail($"the cluster did not become ready:\n{printed}");
        }
    }

    /// <summary>Waits until <c>up</c> has printed that a node serves again that had another process; otherwise the test fails with what it did print, and the end of the node's log.</summary>
    internal async Task StartedAgainAsync(int node, int oldPid)
    {
        try
        {
            await Eventually.TrueAsync($"node-{node} serves again", TimeSpan.FromSeconds(60), () => Task.FromResult(Pid(node) != oldPid));
        }
        catch (TimeoutException timeout)
        {
            var log = File.ReadLines(Path.Combine(Data, $"node-{node}", "log")).TakeLast(40);
            Assert.Fail($"{timeout.Message}; printed was:\n{Printed()}\nand the node's log ends with:\n{string.Join('\n', log)}");
        }
    }

    private static async Task<Cluster> StartAsync(string data, bool ownsData, int basePort, string[] arguments)
    {
        var cluster = new Cluster(data, ownsData, basePort, arguments);
        await cluster.ReadyAsync();
        return cluster;
    }

    private static void Signal(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    [GeneratedRegex(@"^node-(\d+)\s+pid (\d+)\s")]
    private static partial Regex NodeLine();

    private string Printed()
    {
        lock (_gate)
        {
            return string.Join('\n', _printed);
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _printed.Add(line);
            if (NodeLine().Match(line) is { Success: true } match)
            {
                _pids[int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)] = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            }
        }

        if (line == "ready")
        {
            _ready.TrySetResult();
        }
    }
}
