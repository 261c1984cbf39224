using System.Diagnostics;
using Catena.Faults.Cluster;

namespace Catena.Faults.Workers;

/// <summary>One process of <c>catena bench</c> that runs transactions, and writes down what it was told.</summary>
internal sealed class TransactionWorker : WorkerProcess
{
    private const int Threads = 4;

    private TransactionWorker(string name, Process process, string history, string output)
        : base(name, process, history, output)
    {
    }

    /// <summary>Starts a worker, on keys that are new.</summary>
    /// <param name="load">What it runs.</param>
    /// <param name="round">The round, from 1.</param>
    /// <param name="cluster">Whom it asks.</param>
    /// <param name="tools">What it needs to run.</param>
    /// <param name="starter">Starts it.</param>
    public static TransactionWorker Start(TransactionLoad load, int round, TestCluster cluster, WorkerTools tools, ChildStarter starter)
    {
        var workload = load == TransactionLoad.Append ? "append" : "bank";
        var name = FormattableString.Invariant($"round-{round}-{load}");
        var history = Path.Combine(tools.HistoryDirectory, name + ".edn");
        var output = Path.Combine(cluster.LogDirectory, name + ".out");
        string[] command =
        [
            tools.Catena, "bench", "--workload", workload, "--history", history, "--key-prefix", FormattableString.Invariant($"r{round}:{workload}:"),
            "--threads", FormattableString.Invariant($"{Threads}"), "--pause", "20ms", "--timeout", "3s",

            // Until it is told to end.
            "--seconds", "24h",
            .. cluster.Nodes.SelectMany(node => (string[])["--node", FormattableString.Invariant($"{cluster.Network.AddressOf(node.Name)}:{node.Redis}")]),
        ];
        return new TransactionWorker($"catena bench, {workload}", starter.Start(cluster.Network.On(TestCluster.ClientHost, command), output), history, output);
    }

    /// <inheritdoc />
    protected override Task AskToEndAsync(Process running, CancellationToken cancellation)
    {
        Signal.Send(running.Id, Signal.Terminate);
        return Task.CompletedTask;
    }
}
