using Catena.Core.Control;
using Catena.Core.Control.Actions;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Tests.Control;

/// <summary>
/// What the controller acts on, as a model: configurations by compare-and-set, nodes that die, return, drain and join, first
/// members that do as asked.
/// </summary>
/// <remarks>Replication is reduced to its outcome: a live first member drops dead members, a live member takes over from a dead
/// first, live learners become members.</remarks>
public sealed class ModelCluster
{
    private readonly Prng _random;
    private readonly Dictionary<PartitionId, (Configuration Configuration, int Version)> _partitions = [];
    private int _settingsVersion = 3;
    private bool _isCreated;
    private ulong _nextNode = 1;

    /// <summary>A cluster that has not been created yet, of the given number of nodes.</summary>
    public ModelCluster(ClusterSettings settings, int nodes, int zones, Prng random)
    {
        Settings = settings;
        Zones = zones;
        _random = random;
        for (var node = 0; node < nodes; node++)
        {
            Join();
        }
    }

    public ClusterSettings Settings { get; set; }

    public int Zones { get; }

    public long NowMillis { get; set; } = 1_000_000;

    public long InOfficeSinceMillis { get; set; }

    public SortedDictionary<NodeId, ModelNode> Nodes { get; } = [];

    public bool IsCreated => _isCreated;

    public int Copies { get; private set; }

    public IEnumerable<Configuration> Configurations => _partitions.Values.Select(partition => partition.Configuration);

    public bool IsLive(NodeId node) => Nodes.TryGetValue(node, out var known) && known.IsLive;

    public bool IsReady(NodeId node) => IsLive(node) && Nodes[node].State == RegistrationState.Active;

    public Configuration this[int partition]
    {
        get => _partitions[new PartitionId((ushort)partition)].Configuration;
        set => Write(new PartitionId((ushort)partition), value);
    }

    public ClusterView View() => new()
    {
        Settings = Settings,
        SettingsZnodeVersion = _settingsVersion,
        IsCreated = _isCreated,
        IsComplete = true,
        NowMillis = NowMillis,
        InOfficeSinceMillis = InOfficeSinceMillis,
        Live = [.. Nodes.Where(node => node.Value.IsLive).Select(node => new LiveNode(node.Key, node.Value.Incarnation, node.Value.Zone))],
        Registrations = [.. Nodes.Where(node => node.Value.State is not null).Select(node => new NodeRegistration(
            node.Key, node.Value.State!.Value, node.Value.Zone, node.Value.LastSeenMillis, node.Value.ZnodeVersion, LeadWeight: node.Value.LeadWeight))],
        Partitions = [.. _partitions.Select(pair => new PartitionView(pair.Key, pair.Value.Configuration, pair.Value.Version))],
    };

    /// <summary>Does one action as the host or the asked node would; false if it was void.</summary>
    public bool Carry(ControllerAction action)
    {
        switch (action)
        {
            case CreatePartition create when !_isCreated:
                return _partitions.TryAdd(create.Partition, (create.Initial, 0));
            case CompleteCreation when action.ZnodeVersion == _settingsVersion:
                _settingsVersion++;
                return _isCreated = true;
            case AddLearner add:
                return CompareAndSet(add.Partition, add.ZnodeVersion, _ => add.Next);
            case RemoveLearner remove:
                return CompareAndSet(remove.Partition, remove.ZnodeVersion, _ => remove.Next);
            case HandOver ask when IsLive(ask.From):
                return CompareAndSet(
                    ask.Partition, ask.ZnodeVersion, old => Next(old, [ask.NewFirst, .. old.Members.Remove(ask.NewFirst)]));
            case RemoveMember ask when IsLive(ask.First):
                return CompareAndSet(ask.Partition, ask.ZnodeVersion, old => Next(old, [.. old.Members.Remove(ask.Node)]));
            case ForgetNode forget when Nodes[forget.Node].ZnodeVersion == forget.ZnodeVersion:
                Nodes[forget.Node].State = null;
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Lets the replicas of a partition do what they do on their own, each with the given chance; whether anything changed.
    /// </summary>
    public bool Replicate(double chance)
    {
        var changed = false;
        foreach (var (id, (configuration, _)) in _partitions.ToArray())
        {
            if (!_random.Chance(chance) || !configuration.Members.Any(IsLive))
            {
                continue;
            }

            if (!configuration.Members.All(IsLive))
            {
                Write(id, Next(configuration, [.. configuration.Members.Where(IsLive)]));
                changed = true;
            }
            else if (configuration.Learners.Where(IsLive).Take(1).ToArray() is [var learner])
            {
                var grown = Next(configuration, [.. configuration.Members, learner]);
                Write(id, grown with { Learners = configuration.Learners.Remove(learner) });
                Copies++;
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>A new node registers and comes alive.</summary>
    public void Join()
    {
        var id = new NodeId(new Prng(_nextNode).NextUInt64());
        Nodes.Add(id, new ModelNode { Zone = $"zone-{_nextNode++ % (ulong)Zones}", LastSeenMillis = NowMillis });
    }

    /// <summary>Stops a node if every partition keeps a live member; whether it was stopped.</summary>
    public bool Kill(NodeId node)
    {
        if (!IsLive(node) || Configurations.Any(configuration => configuration.HasMember(node) && configuration.Members.Count(IsLive) == 1))
        {
            return false;
        }

        Nodes[node].IsLive = false;
        return true;
    }

    /// <summary>Starts a node again.</summary>
    public void Revive(NodeId node)
    {
        if (!Nodes[node].IsLive)
        {
            Nodes[node].IsLive = true;
            Nodes[node].Incarnation++;
        }
    }

    /// <summary>Changes what the operator wants of a node.</summary>
    public void Register(NodeId node, RegistrationState state)
    {
        if (Nodes[node].State is not null)
        {
            Nodes[node].State = state;
            Nodes[node].ZnodeVersion++;
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(long milliseconds)
    {
        foreach (var node in Nodes.Values.Where(node => node.IsLive))
        {
            node.LastSeenMillis = NowMillis;
        }

        NowMillis += milliseconds;
    }

    private static Configuration Next(Configuration old, IEnumerable<NodeId> members) =>
        old with { Epoch = old.Epoch.Next, Members = [.. members] };

    private bool CompareAndSet(PartitionId id, int version, Func<Configuration, Configuration> next)
    {
        var (configuration, present) = _partitions[id];
        if (version != present)
        {
            return false;
        }

        Write(id, next(configuration));
        return true;
    }

    private void Write(PartitionId id, Configuration configuration) =>
        _partitions[id] = (configuration, _partitions.TryGetValue(id, out var old) ? old.Version + 1 : 0);
}
