using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Tables;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Running;

/// <summary>Runs one seed from beginning to end: a time under faults, a time to prove that it goes on, and the checks.</summary>
/// <remarks>
/// Replicas are watched after every event. Once faults have stopped for a core of the nodes, every client must be answered again, and
/// every key be readable. At the end the history must be linearizable.
/// </remarks>
public sealed class Simulation
{
    /// <summary>How often to look whether all is well again, which is too dear to do after every event.</summary>
    private const long WholenessInterval = 100 * Duration.Millisecond;

    private readonly SimulationOptions _options;
    private readonly World _world;
    private readonly ISimulatedSystem _system;
    private readonly RegisterWorkload _workload;
    private readonly TransactionClients? _transactions;
    private readonly TableClients? _tables;
    private readonly Nemesis _nemesis;
    private readonly InvariantChecker _invariants = new();
    private bool _needsOperator;

    private Simulation(SimulationOptions options)
    {
        _options = options;
        _world = new World(options.Seed, options.Trace) { Timeline = options.Timeline };
        var network = new SimulatedNetwork(_world, options.Network ?? NetworkProfile.Draw(_world.Random("profile/network")));
        var coordinator = new SimulatedCoordinator(_world, options.Coordinator ?? CoordinatorProfile.Draw(_world.Random("profile/coordinator")));
        _system = options.System(new SimulationContext(_world, network, coordinator) { Disk = options.Disk, Clock = options.Clock });
        _workload = new RegisterWorkload(_world, _system, options.Workload ?? WorkloadProfile.Draw(_world.Random("profile/workload")));
        if (_system.Transactions is { } transactions)
        {
            _transactions = new TransactionClients(_world, transactions, options.Transactions ?? TransactionProfile.Draw(_world.Random("profile/transactions")));
        }

        if (_system.Tables is { } tables)
        {
            _tables = new TableClients(_world, tables, options.Tables ?? TableProfile.Draw(_world.Random("profile/tables")));
        }

        var faults = options.Faults ?? _system.Faults ?? FaultProfile.Draw(_world.Random("profile/faults"), _system.Tolerated);
        _nemesis = new Nemesis(_world, network, coordinator, _system.Nodes, faults, _system.Operator);
        _world.Observe(Watch);
        if (_world.Tracing)
        {
            _world.Trace($"network {network.Profile}");
            _world.Trace($"faults {string.Join(", ", faults.Intervals.Select(fault => $"{fault.Key} every {Duration.Print(fault.Value)} s"))}");
        }
    }

    /// <summary>Runs a simulation.</summary>
    public static SimulationResult Run(SimulationOptions options)
    {
        var simulation = new Simulation(options);
        using (simulation._system as IDisposable)
        {
            return simulation.Run();
        }
    }

    private SimulationResult Run()
    {
        _system.Start();
        _workload.Start();
        _transactions?.Start();
        _tables?.Start();
        _nemesis.Start();
        _world.RunFor(_options.Length);
        DemandProgress();
        var history = _workload.History();
        if (_world.Violations.Count == 0)
        {
            CheckHistory(history);
            CheckTransactions();
            CheckTables();
        }

        return new SimulationResult(
            _world.Seed, _world.Unseed, _world.Now, _world.Events, _nemesis.Strikes, [.. _world.Violations], history)
        {
            NeedsOperator = _needsOperator,
            FaultsByKind = _nemesis.Struck,
        };
    }

    private void DemandProgress()
    {
        if (_world.Violations.Count > 0)
        {
            return;
        }

        var core = _system.DrawCore(_world.Random("core"));
        if (_nemesis.AwaitsRecovery)
        {
            // The tree cannot be rebuilt without the word of every member.
            core = new SortedSet<NodeId>(_system.Nodes.Select(node => node.Id));
        }

        Settle(core);
        if (_world.Violations.Count > 0)
        {
            return;
        }

        if (!_system.CanServe(core))
        {
            // What was under way when faults stopped has made nodes indispensable that were left out.
            core = new SortedSet<NodeId>(_system.Nodes.Select(node => node.Id));
            Settle(core);
            if (_world.Violations.Count == 0 && !_system.CanServe(core))
            {
                // By design this is an operator's to decide, who knows what may be lost.
                _needsOperator = true;
                return;
            }
        }

        var before = _workload.FewestAnswered;
        Demand(core, () => _workload.FewestAnswered >= before + _options.ProgressAnswers, "every client is answered");
        var transacted = _transactions?.FewestAnswered;
        Demand(core, () => _transactions is null || _transactions.FewestAnswered > transacted, "every client has a transaction carried out");
        var tabled = _tables?.FewestAnswered;
        Demand(core, () => _tables is null || _tables.FewestAnswered > tabled, "every client of tables is answered");
        _workload.Stop();
        _transactions?.Stop();
        _tables?.Stop();
        Demand(core, () => _workload.Idle && _transactions is null or { Idle: true } && _tables is null or { Idle: true }, "every operation ends");
        var allRead = false;
        if (_world.Violations.Count == 0)
        {
            _workload.ReadAll(() => allRead = true);
        }

        Demand(core, () => allRead, "every key is read");
        if (_transactions is not null && _world.Violations.Count == 0 && !_needsOperator)
        {
            allRead = false;
            _transactions.ReadAll(() => allRead = true);
            Demand(core, () => allRead, "every key of transactions is read");
        }

        if (_tables is not null && _world.Violations.Count == 0 && !_needsOperator)
        {
            allRead = false;
            _tables.ReadAll(() => allRead = true);
            Demand(core, () => allRead, "every key of named tables is read");
        }

        DemandWholeness(core);
    }

    private void Settle(IReadOnlySet<NodeId> core)
    {
        _nemesis.Stop(core, _system.ClientEndpoints);
        _world.RunFor(_options.SettleTime);
        if (_world.Violations.Count == 0 && !_world.RunUntil(() => _system.IsUp(core), _options.ProgressLimit) && _world.Violations.Count == 0)
        {
            _world.Fail("progress", $"not within {Duration.Print(_options.ProgressLimit)} s after faults have stopped: every node is up");
        }
    }

    private void Demand(IReadOnlySet<NodeId> core, Func<bool> condition, string what)
    {
        if (_world.Violations.Count > 0 || _needsOperator || _world.RunUntil(condition, _options.ProgressLimit) || _world.Violations.Count > 0)
        {
            return;
        }

        // Damage may have been found only now.
        _needsOperator = !_system.CanServe(core);
        if (!_needsOperator)
        {
            _world.Fail("progress", $"not within {Duration.Print(_options.ProgressLimit)} s after faults have stopped: {what}");
        }
    }

    private void DemandWholeness(IReadOnlySet<NodeId> core)
    {
        if (_needsOperator)
        {
            return;
        }

        string? amiss = null;
        for (var end = _world.Now + _options.ProgressLimit; _world.Violations.Count == 0 && _world.Now < end;)
        {
            amiss = _system.WhatIsAmiss(core);
            if (amiss is null)
            {
                return;
            }

            _world.RunFor(WholenessInterval);
        }

        _needsOperator |= !_system.CanServe(core);
        if (_world.Violations.Count == 0 && !_needsOperator)
        {
            _world.Fail("progress", $"not whole again {Duration.Print(_options.ProgressLimit)} s after faults have stopped: {amiss}");
        }
    }

    private void Watch()
    {
        if (_invariants.Check(_system.Replicas) is var (rule, detail))
        {
            _world.Fail(rule, detail);
        }
    }

    private void CheckTransactions()
    {
        if (_transactions?.Check() is var (rule, detail))
        {
            _world.Fail(rule, detail);
        }
    }

    private void CheckTables()
    {
        if (_tables?.Check(_options.StepLimit) is var (rule, detail))
        {
            _world.Fail(rule, detail);
        }
    }

    private void CheckHistory(IReadOnlyList<Histories.HistoryOperation> history)
    {
        var report = new LinearizabilityChecker(_options.StepLimit).Check(history);
        if (report.Verdict != Verdict.Linearizable)
        {
            _world.Fail(report.Verdict == Verdict.Violation ? "linearizability" : "linearizability undecided", report.Explanation);
        }
    }
}
