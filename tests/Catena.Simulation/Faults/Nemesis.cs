using Catena.Core.Primitives;
using Catena.Simulation.Coordination;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Faults;

/// <summary>Strikes a system with faults, each for a while, until told to stop; then it mends a part and takes the rest away.</summary>
/// <remarks>It also starts processes again that have ended, as a supervisor would.</remarks>
public sealed class Nemesis
{
    private readonly World _world;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedCoordinator _coordinator;
    private readonly IReadOnlyList<SimulatedNode> _nodes;
    private readonly FaultProfile _profile;
    private readonly Prng _restarts;
    private readonly SortedDictionary<FaultKind, int> _struck = [];
    private readonly SimulatedNode _damaged;
    private readonly CoordinatorMishaps? _mishaps;
    private IReadOnlySet<NodeId>? _core;

    /// <summary>A nemesis that has not begun.</summary>
    /// <param name="world">The world.</param>
    /// <param name="network">The network.</param>
    /// <param name="coordinator">The coordinator.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="profile">Which faults strike.</param>
    /// <param name="rebuilder">Rebuilds the coordinator's tree; null where it is neither wiped nor set back.</param>
    public Nemesis(
        World world,
        SimulatedNetwork network,
        SimulatedCoordinator coordinator,
        IReadOnlyList<SimulatedNode> nodes,
        FaultProfile profile,
        IMetadataOperator? rebuilder = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(nodes);
        _world = world;
        _network = network;
        _coordinator = coordinator;
        _nodes = nodes;
        _profile = profile;
        _mishaps = rebuilder is null ? null : new CoordinatorMishaps(world, coordinator, rebuilder);
        _restarts = world.Random("fault/restarts");
        _damaged = nodes[world.Random("fault/damaged").Next(nodes.Count)];
        foreach (var node in nodes)
        {
            node.Exited += Restart;
        }
    }

    /// <summary>How many faults have struck.</summary>
    public int Strikes => _struck.Values.Sum();

    /// <summary>How many of each kind have.</summary>
    public IReadOnlyDictionary<FaultKind, int> Struck => _struck;

    /// <summary>Whether the coordinator's tree has been wiped or set back and not been rebuilt yet.</summary>
    public bool AwaitsRecovery => _mishaps is { IsPending: true };

    private bool Stopped => _core is not null;

    /// <summary>Begins to strike.</summary>
    public void Start()
    {
        foreach (var (kind, interval) in _profile.Intervals)
        {
            Arm(kind, interval, _world.Random($"fault/{kind}"));
        }

        if (_profile.Intervals.ContainsKey(FaultKind.CoordinatorRestored))
        {
            _mishaps?.Start(_world.Random("fault/backups"), () => Stopped);
        }
    }

    /// <summary>Stops: mends all that concerns the core, and takes the power from the other nodes for good.</summary>
    /// <param name="core">The nodes that must be able to go on by themselves.</param>
    /// <param name="others">Endpoints that are no nodes (clients), which shall reach the core.</param>
    public void Stop(IReadOnlySet<NodeId> core, IEnumerable<NodeId> others)
    {
        ArgumentNullException.ThrowIfNull(core);
        _core = core;
        if (_world.Tracing)
        {
            _world.Trace($"faults stop for nodes {string.Join(", ", core.Select(id => id.Value))}");
        }

        _network.Profile = _network.Profile with { Loss = 0, Duplication = 0, Tail = 0, MaxDelay = _network.Profile.MinDelay * 2 };
        _network.MendAll(new SortedSet<NodeId>(core.Concat(others)));
        _coordinator.Troublesome = false;
        if (!_coordinator.Available)
        {
            _coordinator.SetAvailable(true);
        }

        foreach (var node in _nodes.Where(node => !core.Contains(node.Id)))
        {
            node.LosePower();
        }

        foreach (var node in _nodes.Where(node => core.Contains(node.Id)))
        {
            _coordinator.Mend(node.Id);
            node.Disk.FailSyncs(0);
            node.Disk.FailReads(0);
            node.Disk.Profile = node.Disk.Profile with { Capacity = long.MaxValue };
            node.Resume();
            Restart(node);
        }
    }

    private void Arm(FaultKind kind, long interval, Prng random) =>
        _world.Schedule(random.Between(0, 2 * interval), "fault", (ulong)kind, () =>
        {
            if (!Stopped)
            {
                _struck[kind] = _struck.GetValueOrDefault(kind) + 1;
                Strike(kind, random);
                Arm(kind, interval, random);
            }
        });

    private void Strike(FaultKind kind, Prng random)
    {
        var node = _nodes[random.Next(_nodes.Count)];
        var length = random.Between(Duration.Millisecond, _profile.MaxLength);
        if (_world.Tracing)
        {
            _world.Trace($"fault {kind}, node {node.Id.Value}, {Duration.Print(length)} s");
        }

        Show(kind, node, length);
        switch (kind)
        {
            case FaultKind.Partition:
                CutLinks(DrawCut(node, random), length);
                break;
            case FaultKind.Isolation:
                Isolate(node, length);
                break;
            case FaultKind.Swizzle:
                Swizzle(node, length, random);
                break;
            case FaultKind.Break:
                _network.Break(node.Id, _nodes[random.Next(_nodes.Count)].Id);
                break;
            case FaultKind.Kill:
                node.Kill();
                break;
            case FaultKind.OrderlyEnd:
                node.EndInOrder();
                break;
            case FaultKind.PowerLoss:
                node.LosePower();
                break;
            case FaultKind.PowerLossOfAll:
                LoseAllPower();
                break;
            case FaultKind.Pause:
                node.Pause();
                Later(length, node.Resume);
                break;
            case FaultKind.WallJump:
                node.Clock.JumpWall(random.Between(-1_000 * Duration.Second, 1_000 * Duration.Second));
                break;
            case FaultKind.ClockRate:
                node.Clock.SetRateError(random.Between(-ClockProfile.RateErrorBound, ClockProfile.RateErrorBound));
                break;
            default:
                StrikeDevice(kind, node, length, random);
                break;
        }
    }

    private void Show(FaultKind kind, SimulatedNode node, long length)
    {
        var lasts = kind is FaultKind.Partition or FaultKind.Isolation or FaultKind.Swizzle or FaultKind.Pause or FaultKind.SlowDisk or FaultKind.FullDisk
            or FaultKind.CoordinatorCut or FaultKind.CoordinatorOutage or FaultKind.CoordinatorWiped;
        var everybody = kind is FaultKind.PowerLossOfAll or FaultKind.CoordinatorOutage or FaultKind.CoordinatorWiped or FaultKind.CoordinatorRestored;
        var victim = kind is FaultKind.BitRot or FaultKind.MisdirectedWrite ? _damaged : node;
        _world.Timeline?.Fault(everybody ? NodeId.None : victim.Id, _world.Now, lasts ? length : 0, kind.ToString());
    }

    private void StrikeDevice(FaultKind kind, SimulatedNode node, long length, Prng random)
    {
        switch (kind)
        {
            case FaultKind.SlowDisk:
                node.Disk.Stall(length);
                break;
            case FaultKind.FailedSync:
                node.Disk.FailSyncs();
                break;
            case FaultKind.FullDisk:
                node.Disk.Profile = node.Disk.Profile with { Capacity = node.Disk.Used };
                Later(length, () => node.Disk.Profile = node.Disk.Profile with { Capacity = long.MaxValue });
                break;
            case FaultKind.BitRot:
                _damaged.Disk.RotSomewhere();
                break;
            case FaultKind.MisdirectedWrite:
                _damaged.Disk.MisdirectNextWrite();
                break;
            case FaultKind.CoordinatorCut:
                _coordinator.Cut(node.Id);
                Later(length, () => _coordinator.Mend(node.Id));
                break;
            case FaultKind.CoordinatorDisconnect:
                _coordinator.Disconnect(node.Id);
                break;
            case FaultKind.CoordinatorExpiry:
                _coordinator.Expire(node.Id);
                break;
            case FaultKind.CoordinatorOutage when _coordinator.Available:
                _coordinator.SetAvailable(false);
                Later(length, () => _coordinator.SetAvailable(true));
                break;
            case FaultKind.CoordinatorWiped:
                _mishaps?.Wipe(length);
                break;
            case FaultKind.CoordinatorRestored:
                _mishaps?.Restore(random);
                break;
        }
    }

    private List<(NodeId From, NodeId To)> DrawCut(SimulatedNode node, Prng random)
    {
        var group = new SortedSet<NodeId> { node.Id };
        var others = _nodes.Select(other => other.Id).Where(other => other != node.Id).ToList();
        switch (random.Next(3))
        {
            case 0 when others.Count > 0:
                // One pair.
                others = [others[random.Next(others.Count)]];
                break;
            case 1:
                // Two groups.
                group.UnionWith(others.Where(_ => random.Chance(0.5)));
                others.RemoveAll(group.Contains);
                break;
        }

        var direction = random.Next(4);
        var links = new List<(NodeId From, NodeId To)>();
        foreach (var (one, other) in group.SelectMany(one => others.Select(other => (one, other))))
        {
            if (direction != 1)
            {
                links.Add((one, other));
            }

            if (direction != 2)
            {
                links.Add((other, one));
            }
        }

        return links;
    }

    private void CutLinks(List<(NodeId From, NodeId To)> links, long length)
    {
        links.ForEach(link => _network.Cut(link.From, link.To));
        Later(length, () => links.ForEach(link => _network.Mend(link.From, link.To)));
    }

    private void Isolate(SimulatedNode node, long length)
    {
        var others = _nodes.Select(other => other.Id).Where(other => other != node.Id);
        CutLinks([.. others.SelectMany(other => new[] { (From: node.Id, To: other), (From: other, To: node.Id) })], length);
        _coordinator.Cut(node.Id);
        Later(length, () => _coordinator.Mend(node.Id));
    }

    private void Swizzle(SimulatedNode node, long length, Prng random)
    {
        var links = _nodes
            .Where(other => other.Id != node.Id)
            .SelectMany(other => new[] { (From: node.Id, To: other.Id), (From: other.Id, To: node.Id) })
            .Where(_ => random.Chance(0.7))
            .ToList();
        foreach (var (from, to) in links)
        {
            var begin = random.Between(0, length / 2);
            Later(begin, () =>
            {
                if (!Stopped)
                {
                    _network.Clog(from, to);
                }
            });
            Later(random.Between(begin, length), () => _network.Unclog(from, to));
        }
    }

    private void LoseAllPower()
    {
        foreach (var node in _nodes)
        {
            node.LosePower();
        }
    }

    private void Later(long delay, Action action) => _world.Schedule(delay, "fault.end", 0, action);

    private void Restart(SimulatedNode node)
    {
        var delay = _restarts.Between(10 * Duration.Millisecond, Stopped ? Duration.Second : _profile.MaxLength);
        _world.Schedule(delay, "fault.restart", node.Id.Value, () =>
        {
            if (node.State == NodeState.Down && (!Stopped || _core!.Contains(node.Id)))
            {
                node.Boot();
            }
        });
    }
}
