using System.Collections.Immutable;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Transactions.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.Server.Node;
using Catena.Simulation.Checkers;
using Catena.Simulation.Control;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Histories;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Tables;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>A cluster of real nodes, its clients and its controller.</summary>
public sealed class ClusterSystem : ISimulatedSystem, ITransactionService, ITableService, IDisposable
{
    private const ulong FirstClient = 1_000;
    private const ulong FirstTransactionClient = 2_000;
    private const ulong FirstTableClient = 3_000;

    private readonly SimulationContext _context;
    private readonly Prng _modes;
    private readonly SortedDictionary<NodeId, SimulatedNode> _nodes = [];
    private readonly SortedDictionary<NodeId, NodeProgram> _programs = [];
    private readonly SortedDictionary<(PartitionId Partition, NodeId Node), ReplicaView> _views = [];
    private readonly SortedDictionary<int, ClusterClient> _clients = [];
    private readonly SortedDictionary<int, TransactionEndpoint> _transactionClients = [];
    private readonly SortedDictionary<int, TableEndpoint> _tableClients = [];
    private readonly HashSet<(NodeId Client, long Attempt)> _delivered = [];
    private readonly List<(NodeProgram Program, PartitionId? Partition)> _touched = [];

    /// <summary>A cluster that has not started.</summary>
    /// <param name="context">The world it is built into.</param>
    /// <param name="defects">What of it is left out; null for nothing.</param>
    /// <param name="profile">How it is made; null to have that drawn.</param>
    public ClusterSystem(SimulationContext context, ClusterDefects? defects = null, ClusterProfile? profile = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        Defects = defects ?? ClusterDefects.None;
        Profile = profile ?? ClusterProfile.Draw(context.World.Random("profile/cluster"));
        _modes = context.World.Random("modes");
        Map = new PartitionMap(Profile.Partitions);
        Operator = new MetadataOperator(this);
        PreparedOperator = new PreparedOperator(this, context.World, new NodeId(FirstTransactionClient - 1));
        NodeIds = [.. Enumerable.Range(1, Profile.Nodes).Select(number => new NodeId((ulong)number))];
        foreach (var id in NodeIds)
        {
            var node = context.AddNode(id, Begin);
            node.Exited += Ended;
            _nodes.Add(id, node);
        }

        if (context.World.Tracing)
        {
            context.World.Trace($"cluster {Profile}");
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<SimulatedNode> Nodes => [.. _nodes.Values];

    /// <inheritdoc />
    public IEnumerable<NodeId> ClientEndpoints => [.. _clients.Values.Select(client => client.Id), .. _transactionClients.Values.Select(client => client.Id), .. _tableClients.Values.Select(client => client.Id), PreparedOperator.Id];

    /// <inheritdoc />
    public ITransactionService? Transactions => Profile.Transacts ? this : null;

    /// <inheritdoc />
    public ITableService? Tables => Profile.HasTables ? this : null;

    /// <inheritdoc />
    public FaultProfile? Faults => Profile.Rots ? FaultProfile.Rotting : null;

    /// <inheritdoc />
    public IReadOnlySet<FaultKind> Tolerated => Profile.Rots ? new SortedSet<FaultKind>(AlwaysTolerated) { FaultKind.BitRot } : AlwaysTolerated;

    /// <inheritdoc />
    public IMetadataOperator Operator { get; }

    private static SortedSet<FaultKind> AlwaysTolerated { get; } = new()
    {
        FaultKind.Partition,
        FaultKind.Swizzle,
        FaultKind.Break,
        FaultKind.Kill,
        FaultKind.PowerLoss,
        FaultKind.PowerLossOfAll,
        FaultKind.Pause,
        FaultKind.WallJump,
        FaultKind.ClockRate,
        FaultKind.SlowDisk,
        FaultKind.FailedSync,
        FaultKind.CoordinatorCut,
        FaultKind.CoordinatorDisconnect,
        FaultKind.CoordinatorExpiry,
        FaultKind.CoordinatorOutage,
        FaultKind.Isolation,
        FaultKind.OrderlyEnd,
        FaultKind.FullDisk,
        FaultKind.CoordinatorWiped,
        FaultKind.CoordinatorRestored,
    };

    /// <summary>The replicas of every partition of which a replica has changed since this was last asked.</summary>
    public IReadOnlyList<IReplicaView> Replicas => TakeChanged();

    /// <inheritdoc />
    public IReadOnlyList<IReplicaView> Members =>
    [
        .. Partitions().SelectMany(partition => Newest(partition).Members
            .Select(member => _views.GetValueOrDefault((partition, member)))
            .OfType<ReplicaView>()),
    ];

    internal World World => _context.World;

    internal SimulatedNetwork Network => _context.Network;

    internal SimulatedCoordinator Coordinator => _context.Coordinator;

    internal ClusterProfile Profile { get; }

    /// <summary>Whoever sees to transactions that were prepared and left.</summary>
    internal PreparedOperator PreparedOperator { get; }

    /// <summary>The processes that run and are not paused.</summary>
    internal IEnumerable<NodeProgram> Running => _programs.Where(program => _nodes[program.Key].State == NodeState.Running && program.Value.IsListening).Select(program => program.Value);

    /// <summary>What of the cluster is left out or broken.</summary>
    internal ClusterDefects Defects { get; }

    internal PartitionMap Map { get; }

    internal IReadOnlyList<NodeId> NodeIds { get; }

    /// <inheritdoc />
    public void Start()
    {
        TreeLayout.Create(Coordinator, Settings(), Partitions().Select(partition => (partition, FirstConfiguration(partition))));
        foreach (var node in _nodes.Values)
        {
            node.Boot();
        }

        if (Profile.Transacts)
        {
            PreparedOperator.Start();
        }
    }

    /// <inheritdoc />
    public void Submit(int client, string key, RegisterCommand command, Action<Outcome, RegisterResult?> reply)
    {
        if (!_clients.TryGetValue(client, out var endpoint))
        {
            endpoint = new ClusterClient(this, World, new NodeId(FirstClient + (ulong)client));
            _clients.Add(client, endpoint);
        }

        endpoint.Ask(key, command, reply);
    }

    /// <inheritdoc />
    public void Submit(int client, TransactionRequest request, Action<IReadOnlyList<TransactionStep>> taken, Action<TransactionAnswer> reply)
    {
        if (!_transactionClients.TryGetValue(client, out var endpoint))
        {
            endpoint = new TransactionEndpoint(this, World, new NodeId(FirstTransactionClient + (ulong)client));
            _transactionClients.Add(client, endpoint);
        }

        endpoint.Ask(request, taken, reply);
    }

    /// <inheritdoc />
    public void Submit(int client, TableRequest request, Action<TableAnswer> reply)
    {
        if (!_tableClients.TryGetValue(client, out var endpoint))
        {
            endpoint = new TableEndpoint(this, World, new NodeId(FirstTableClient + (ulong)client));
            _tableClients.Add(client, endpoint);
        }

        endpoint.Ask(request, reply);
    }

    /// <inheritdoc />
    public IReadOnlySet<NodeId> DrawCore(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var core = new SortedSet<NodeId>(NodeIds);
        if (random.Chance(0.5))
        {
            for (var without = random.Next((NodeIds.Count - 1) / 2 + 1); without > 0; without--)
            {
                core.Remove(core.ElementAt(random.Next(core.Count)));
            }
        }

        return core;
    }

    /// <inheritdoc />
    public bool IsUp(IReadOnlySet<NodeId> core)
    {
        ArgumentNullException.ThrowIfNull(core);
        return core.All(IsListening);
    }

    /// <inheritdoc />
    public bool CanServe(IReadOnlySet<NodeId> core)
    {
        ArgumentNullException.ThrowIfNull(core);
        return core.Count >= Profile.MinInSync && Partitions().All(partition =>
        {
            // A replica that may lack its end neither leads nor leaves others behind, so it needs all of them; and a last member of
            // several does not lead at all, since nobody is left to show what is missing.
            var members = Newest(partition).Members;
            var views = members.Where(core.Contains).Select(member => _views.GetValueOrDefault((partition, member))).OfType<ReplicaView>().ToList();
            var hasWitness = members.Length > 1 || Profile.Replicas == 1;
            // Where values are damaged and nobody else has them, their keys stay unreadable until somebody writes them.
            // Nobody takes over from a first member that is up and has its copy, and one in doubt does not lead before it has heard all the others, who have theirs.
            var whole = views.FindAll(view => !view.HasGivenUp);
            var candidates = whole.FindAll(view => view.Node == members[0]) is { Count: > 0 } first ? first : whole;
            return !views.TrueForAll(view => view.HasDamagedKeys)
                && (candidates.Exists(view => !view.IsDoubtful || view.Serving) || (hasWitness && whole.Count == members.Length));
        });
    }

    /// <inheritdoc />
    public string? WhatIsAmiss(IReadOnlySet<NodeId> core)
    {
        ArgumentNullException.ThrowIfNull(core);
        var wanted = Math.Min(Profile.Replicas, core.Count);
        foreach (var partition in Partitions())
        {
            var newest = Newest(partition);
            if (newest.Members.Count(core.Contains) < wanted)
            {
                return $"partition {partition} has {newest}, and {wanted} members could be";
            }
        }

        if (wanted > 1 && Members.OfType<ReplicaView>().FirstOrDefault(view => view.HasDamagedKeys) is { } damaged)
        {
            return $"node {damaged.Node.Value} keeps a damaged copy of partition {damaged.Partition}, of which there are others";
        }

        if (core.SelectMany(node => ProgramOf(node)!.Hosts).SelectMany(host => host.Prepared.Select(prepared => (host.Id, prepared.Id))).FirstOrDefault() is { Item2.IsNone: false } left)
        {
            return $"partition {left.Item1} still has transaction {left.Item2} prepared";
        }

        return InvariantChecker.CheckConverged(Members) is var (_, detail) ? detail : null;
    }

    /// <summary>Frees the memory of processes that still run.</summary>
    public void Dispose()
    {
        foreach (var program in _programs.Values)
        {
            program.Dispose();
        }

        _programs.Clear();
    }

    /// <summary>Whether an attempt of a client arrives for the first time.</summary>
    internal bool IsFirstDelivery(NodeId client, long attempt) => _delivered.Add((client, attempt));

    internal bool IsNode(NodeId id) => _nodes.ContainsKey(id);

    internal SimulatedNode NodeOf(NodeId id) => _nodes[id];

    /// <summary>The process on a node; null while there is none.</summary>
    internal NodeProgram? ProgramOf(NodeId id) => _programs.GetValueOrDefault(id);

    /// <summary>Whether a node's process takes connections.</summary>
    internal bool IsListening(NodeId id) => _nodes[id].State != NodeState.Down && _programs.GetValueOrDefault(id) is { IsListening: true };

    /// <summary>The mode that the operator has a node's partitions replicate in from now on; null where all stays as it is.</summary>
    internal ReplicationMode? DrawMode() =>
        Profile.ModeChanges > 0 && _modes.Chance(Profile.ModeChanges) ? (ReplicationMode)(_modes.Next(3) + 1) : null;

    internal NodeCoreSettings SettingsOf(NodeId node, ReplicaRules rules) => new()
    {
        Self = node,
        Partitions = Map,
        MinInSync = Profile.MinInSync,
        Rules = rules,
        Transactions = new TransactionOptions
        {
            Rules = Defects.TransactionRules,
            TimeLimit = Profile.TransactionTimeLimit,
            InDoubtLimit = Profile.InDoubtLimit,
            LockedInDoubtLimit = Profile.LockedInDoubtLimit,
            IdleLimit = Profile.IdleLimit,
            LocksAfter = Profile.LocksAfter,
        },
        Lease = Profile.Lease,
        Promise = Profile.Promise,
        TickInterval = Profile.TickInterval,
        IdleAfter = Profile.IdleAfter,
        IdleBeaconInterval = Profile.IdleBeaconInterval,
        Detection = Profile.Detection,
        StartGrace = Profile.StartGrace,
        Patience = Profile.Patience,
        MaxBatchBytes = Profile.MaxBatchBytes,
        SnapshotChunkBytes = Profile.SnapshotChunkBytes,
        CompareInterval = Profile.CompareInterval,
    };

    /// <summary>Notes that something happens in a process, in one partition or in any.</summary>
    internal void Touch(NodeProgram program, PartitionId? partition) => _touched.Add((program, partition));

    private NodeProgram Begin(SimulatedNode node)
    {
        var program = new NodeProgram(node, this);
        _programs[node.Id] = program;
        return program;
    }

    private void Ended(SimulatedNode node)
    {
        foreach (var key in _views.Keys.Where(key => key.Node == node.Id).ToList())
        {
            _views.Remove(key);
        }

        if (_programs.Remove(node.Id, out var program))
        {
            program.Dispose();
        }
    }

    private List<ReplicaView> TakeChanged()
    {
        if (_touched.Count == 0)
        {
            return [];
        }

        var changed = 0UL;
        foreach (var (program, partition) in _touched)
        {
            if (_programs.GetValueOrDefault(program.Node.Id) != program)
            {
                continue;
            }

            foreach (var host in program.Hosts)
            {
                if (partition is null || host.Id == partition)
                {
                    changed |= Look(program, host) ? 1UL << host.Id.Value : 0;
                }
            }
        }

        _touched.Clear();
        return changed == 0 ? [] : [.. _views.Values.Where(view => (changed & (1UL << view.Partition.Value)) != 0)];
    }

    private bool Look(NodeProgram program, Server.Partitions.PartitionHost host)
    {
        var isKnown = _views.TryGetValue((host.Id, program.Node.Id), out var view);
        if (view is null)
        {
            view = new ReplicaView(program, host);
            _views.Add((host.Id, program.Node.Id), view);
        }

        var hasChanged = !isKnown || view.Refresh();
        if (hasChanged && World.Timeline is { } timeline)
        {
            timeline.Role(view.Node, view.Partition, World.Now, view.Serving ? "Serving" : view.Role.ToString(), view.Describe());
        }

        return hasChanged;
    }

    private IEnumerable<PartitionId> Partitions() =>
        Enumerable.Range(0, Profile.Partitions).Select(number => new PartitionId((ushort)number));

    /// <summary>The newest configuration of a partition, as only checkers can know it.</summary>
    /// <remarks>Of what the coordinator holds and what the replicas go by, since its tree may have been lost.</remarks>
    private Configuration Newest(PartitionId partition)
    {
        var known = _views.Where(view => view.Key.Partition == partition).Select(view => view.Value.Configuration);
        return known.Append(TreeLayout.Find(Coordinator.Tree, partition)).OfType<Configuration>().MaxBy(configuration => configuration.Epoch)
            ?? throw new InvalidOperationException($"nobody knows partition {partition}");
    }

    /// <summary>The settings that the cluster was made with.</summary>
    internal SettingsDocument Settings() => new()
    {
        ClusterId = NodeProgram.Cluster,
        Partitions = Profile.Partitions,
        Replicas = Profile.Replicas,
        MinInSync = Profile.MinInSync,
        Mode = ReplicationModes.NameOf(Profile.Mode),
        ReReplicationDelayMilliseconds = Profile.ReReplicationDelay / Duration.Millisecond,
        Created = true,
    };

    private Configuration FirstConfiguration(PartitionId partition)
    {
        ImmutableArray<NodeId> members =
            [.. Enumerable.Range(0, Math.Min(Profile.Replicas, Profile.Nodes)).Select(place => NodeIds[(partition.Value + place) % NodeIds.Count])];
        return new Configuration
        {
            Epoch = new Epoch(1),
            Mode = Profile.Mode,
            Members = members,
            InSyncEpoch = new Epoch(1),
            InSyncMembers = members,
        };
    }
}
