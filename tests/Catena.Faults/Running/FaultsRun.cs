using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Faults.Checking;
using Catena.Faults.Cluster;
using Catena.Faults.Faults;
using Catena.Faults.Network;
using Catena.Faults.Reporting;
using Catena.Faults.Workers;

namespace Catena.Faults.Running;

/// <summary>A whole run: one cluster, round after round, and the figures at the end.</summary>
/// <param name="options">What is asked.</param>
/// <param name="output">Where everything is told.</param>
internal sealed class FaultsRun(FaultsOptions options, TextWriter output)
{
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(60);

    private readonly Journal _journal = new(output);
    private readonly List<FaultFigures> _figures = [];
    private List<RecordedOperation> _cold = [];
    private long _operations;
    private long _transactions;
    private int _rounds;
    private string _slowLink = "";

    private string Mode => options.Mode is { } lasting ? ReplicationModes.NameOf(lasting) : "changing modes";

    /// <summary>Runs until the time is over, and tells what was found.</summary>
    /// <returns>Whether all was well.</returns>
    /// <exception cref="HarnessException">The run itself could not go on.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        _journal.Tell(FormattableString.Invariant($"seed {options.Seed}, {Mode}: {string.Join(", ", options.Kinds.Select(FaultKinds.NameOf))}"));
        var tools = new WorkerTools(options);
        var plan = new FaultPlan(options.Seed, options.Kinds, options.Nodes);
        await using var network = MakeNetwork();
        _slowLink = network.Slowness;
        using (var starter = new ChildStarter(options.Prefix, options.Directory))
        using (var cluster = new TestCluster(options, network, starter, options.Kinds.Contains(FaultKind.DiskFull) ? plan.SmallDiskNode : null))
        {
            try
            {
                await cluster.StartAsync(cancellation);
                _journal.Tell(FormattableString.Invariant(
                    $"{options.Nodes} nodes serve{(network.CanCut ? ", each in a network namespace of its own" : " on loopback")}; slow link: {network.Slowness}"));
                var seeds = new Prng(options.Seed + 1);
                var changer = options.Mode is null ? new ModeChanger(cluster, options.Seed + 2) : null;
                while (_rounds == 0 || _journal.Elapsed < options.Length || plan.HasUndrawn)
                {
                    await RunRoundAsync(cluster, plan, changer, tools, starter, seeds, cancellation);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                _journal.Tell("stopped");
            }
        }

        return Report();
    }

    private INetwork MakeNetwork()
    {
        if (options.Kinds.All(kind => FaultKinds.AreaOf(kind) != FaultArea.Network))
        {
            return new LoopbackNetwork();
        }

        NamespaceNetwork.Remove(options.Prefix);
        return new NamespaceNetwork(
            options.Prefix,
            [.. Enumerable.Range(1, options.Nodes).Select(number => FormattableString.Invariant($"node-{number}")), TestCluster.CoordinatorHost, TestCluster.ClientHost]);
    }

    private async Task RunRoundAsync(
        TestCluster cluster, FaultPlan plan, ModeChanger? changer, WorkerTools tools, ChildStarter starter, Prng seeds, CancellationToken cancellation)
    {
        var number = _rounds + 1;
        var keys = new KeySet(number, TestCluster.Partitions);
        var workers = new List<Worker>();
        var loads = new List<TransactionWorker>();
        try
        {
            foreach (var kind in Enum.GetValues<WorkerKind>())
            {
                workers.Add(Worker.Start(kind, number, seeds.Next(int.MaxValue), keys, cluster, tools, starter));
            }

            foreach (var load in Enum.GetValues<TransactionLoad>())
            {
                loads.Add(TransactionWorker.Start(load, number, cluster, tools, starter));
            }

            var round = new FaultRound(number, cluster, plan, workers, loads, keys, changer, _journal);
            var history = await round.RunAsync(ran => ran > RoundLength || (_journal.Elapsed > options.Length && !plan.HasUndrawn), _cold, cancellation);
            var cold = keys.Cold.ToHashSet();
            _cold = [.. _cold, .. history.Where(one => cold.Contains(one.Operation.Key))];
            _figures.AddRange(round.Figures);
            _operations += history.Count;
            _transactions += round.Transactions;
            _rounds++;
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
            loads.ForEach(load => load.Dispose());
        }
    }

    private bool Report()
    {
        output.WriteLine();
        if (_figures.Count > 0)
        {
            FiguresTable.Write(output, _figures);
            output.WriteLine();
        }

        foreach (var violation in _journal.Violations)
        {
            output.WriteLine("VIOLATION: " + violation);
        }

        if (options.Json is { } file)
        {
            new RunReport(options.Seed, Mode, _rounds, _operations, _transactions, _journal.Violations, _slowLink, _figures).WriteTo(file);
        }

        output.WriteLine(FormattableString.Invariant($"{_rounds} rounds, {_journal.Violations.Count} violations"));
        return _journal.Violations.Count == 0 && _rounds > 0;
    }
}
