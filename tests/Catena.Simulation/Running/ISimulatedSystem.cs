using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Faults;
using Catena.Simulation.Nodes;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Tables;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Running;

/// <summary>What is tried out in a simulated world.</summary>
public interface ISimulatedSystem : IRegisterService
{
    /// <summary>Its nodes.</summary>
    IReadOnlyList<SimulatedNode> Nodes { get; }

    /// <summary>The addresses of its clients, where they have any.</summary>
    IEnumerable<NodeId> ClientEndpoints { get; }

    /// <summary>The faults that it promises to stand.</summary>
    IReadOnlySet<FaultKind> Tolerated { get; }

    /// <summary>The faults that it is tried out with; null for any of those that it stands, drawn.</summary>
    FaultProfile? Faults => null;

    /// <summary>Its transactions; null where it has none, or nobody is to use them.</summary>
    ITransactionService? Transactions => null;

    /// <summary>Its named tables; null where it has none, or nobody is to use them.</summary>
    ITableService? Tables => null;

    /// <summary>Rebuilds the coordinator's tree; null where the system does not stand that it is lost.</summary>
    IMetadataOperator? Operator => null;

    /// <summary>The replicas that are up, on all nodes; those of partitions in which nothing has changed since the last time may be missing.</summary>
    IReadOnlyList<IReplicaView> Replicas { get; }

    /// <summary>The replicas that the newest configurations name as members, where they are up.</summary>
    IReadOnlyList<IReplicaView> Members { get; }

    /// <summary>Starts it.</summary>
    void Start();

    /// <summary>Draws nodes that must be able to serve by themselves once faults have stopped.</summary>
    IReadOnlySet<NodeId> DrawCore(Prng random);

    /// <summary>Whether every node of a core has come up as far as it can by itself.</summary>
    bool IsUp(IReadOnlySet<NodeId> core) => true;

    /// <summary>Whether such a core can serve at all, as things stand: nobody can where the last copies are elsewhere.</summary>
    bool CanServe(IReadOnlySet<NodeId> core);

    /// <summary>What is still to be mended before the system is whole again on its core; null where nothing is.</summary>
    string? WhatIsAmiss(IReadOnlySet<NodeId> core);
}
