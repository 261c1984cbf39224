using System.Diagnostics;
using System.Text.Json.Nodes;
using Catena.Faults.Cluster;

namespace Catena.Faults.Workers;

/// <summary>One process of foreign clients that ask, and write down what they were told.</summary>
internal sealed class Worker : WorkerProcess
{
    /// <summary>How many clients a worker has.</summary>
    public const int Clients = 4;

    private const double TimeoutSeconds = 3;
    private const double PaceSeconds = 0.008;
    private const double PipelinePaceSeconds = 0.03;
    private const int NumbersPerRound = 1_000_000;
    private const int NumbersPerWorker = 200_000_000;

    private Worker(WorkerKind kind, Process process, string history, string output)
        : base(kind.ToString(), process, history, output)
    {
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="kind">Through which client it asks.</param>
    /// <param name="round">The round, from 1.</param>
    /// <param name="seed">What its operations are drawn from.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="cluster">Whom it asks.</param>
    /// <param name="tools">What it needs to run.</param>
    /// <param name="starter">Starts it.</param>
    public static Worker Start(WorkerKind kind, int round, int seed, KeySet keys, TestCluster cluster, WorkerTools tools, ChildStarter starter)
    {
        var name = FormattableString.Invariant($"round-{round}-{kind}");
        var history = Path.Combine(tools.HistoryDirectory, name + ".jsonl");
        var output = Path.Combine(cluster.LogDirectory, name + ".out");
        var options = new JsonObject
        {
            ["history"] = history,
            ["targets"] = new JsonArray([.. cluster.Nodes.Select(node => (JsonNode)new JsonArray(
                cluster.Network.AddressOf(node.Name).ToString(), kind == WorkerKind.PythonThrift ? node.Thrift : node.Redis))]),
            ["clients"] = Clients,
            ["firstClient"] = ((int)kind * NumbersPerWorker) + (round * NumbersPerRound),
            ["seed"] = seed,
            ["timeout"] = TimeoutSeconds,
            ["pace"] = kind == WorkerKind.PythonPipelines ? PipelinePaceSeconds : PaceSeconds,
            ["texts"] = Array(keys.Texts),
            ["numbers"] = Array(keys.Numbers),
            ["cold"] = Array(keys.Cold),
            ["finalKeys"] = Array([.. keys.Texts, .. keys.Numbers, .. keys.Cold]),
            ["generated"] = tools.GeneratedThrift,
            ["modules"] = tools.NodeModules,
        };
        var command = cluster.Network.On(TestCluster.ClientHost, [.. tools.CommandOf(kind), options.ToJsonString()]);
        return new Worker(kind, starter.Start(command, output), history, output);
    }

    /// <summary>The clients read every key once more before they end.</summary>
    protected override async Task AskToEndAsync(Process running, CancellationToken cancellation)
    {
        await running.StandardInput.WriteLineAsync("final".AsMemory(), cancellation);
        await running.StandardInput.FlushAsync(cancellation);
    }

    private static JsonArray Array(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
