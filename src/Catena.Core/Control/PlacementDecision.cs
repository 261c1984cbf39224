using System.Collections.Immutable;
using Catena.Core.Control.Actions;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>One decision of the controller over a cluster that has been created: the rows of its table, in their order.</summary>
internal sealed class PlacementDecision
{
    private readonly ClusterView _view;
    private readonly NodeStandings _nodes;
    private readonly PartitionView[] _partitions;
    private readonly ImmutableArray<ImmutableArray<NodeId>> _goals;
    private readonly FirstPlaceGoal _firsts;
    private readonly LearnerBudget _budget;
    private readonly Dictionary<NodeId, int> _asked = [];
    private readonly HashSet<PartitionId> _decided = [];
    private readonly ImmutableArray<ControllerAction>.Builder _actions = ImmutableArray.CreateBuilder<ControllerAction>();

    /// <summary>A decision over a complete view of a created cluster.</summary>
    public PlacementDecision(ClusterView view, NodeStandings nodes)
    {
        _view = view;
        _nodes = nodes;
        _partitions = [.. view.Partitions.OrderBy(partition => partition.Id)];
        _goals = Ring.Place(nodes.Placeable, view.Settings.Partitions, view.Settings.Replicas, view.Settings.Ring);
        _firsts = new FirstPlaceGoal(_partitions, IsSettled, nodes, view.Settings.FirstPlaceTolerance);
        _budget = new LearnerBudget(view);
    }

    private bool IsFull => _actions.Count >= _view.Settings.MaxActions;

    /// <summary>The actions, the most urgent first.</summary>
    public ImmutableArray<ControllerAction> Decide()
    {
        RemoveLearners();
        AddMissing();
        RemoveSurplus();
        Move();
        EvenFirstPlaces();
        ForgetNodes();
        return _actions.ToImmutable();
    }

    private void RemoveLearners()
    {
        foreach (var partition in _partitions.Where(HasOnlyLiveMembers))
        {
            var configuration = partition.Configuration;
            var unwanted = configuration.Learners.FirstOrDefault(learner => !IsWanted(partition, learner));
            if (unwanted != NodeId.None && !IsFull)
            {
                var next = Successor(configuration, configuration.Learners.Remove(unwanted));
                Decide(partition, new RemoveLearner(partition.Id, unwanted, next, partition.ZnodeVersion));
            }
        }
    }

    private bool IsWanted(PartitionView partition, NodeId learner)
    {
        var goal = GoalOf(partition);
        var needed = partition.Configuration.Members.Length < goal.Length && _nodes.IsActive(learner);
        return _nodes.IsLive(learner) && (needed || goal.Contains(learner));
    }

    private void AddMissing()
    {
        var lacking = _partitions
            .Where(partition => IsSettled(partition) && partition.Configuration.Members.Length < GoalOf(partition).Length)
            .OrderBy(partition => partition.Configuration.Members.Length)
            .ThenBy(partition => partition.Id);
        foreach (var partition in lacking)
        {
            AddFromGoal(partition);
        }
    }

    private void Move()
    {
        var misplaced = _partitions
            .Where(IsMisplacedOnly)
            .OrderBy(partition => partition.Configuration.Members.All(_nodes.IsActive))
            .ThenBy(partition => partition.Id);
        foreach (var partition in misplaced)
        {
            AddFromGoal(partition);
        }
    }

    private void AddFromGoal(PartitionView partition)
    {
        var configuration = partition.Configuration;
        foreach (var node in GoalOf(partition))
        {
            if (!IsFull && !configuration.HasMember(node) && _nodes.IsLive(node) && _budget.TryTake(node))
            {
                var next = Successor(configuration, configuration.Learners.Add(node));
                Decide(partition, new AddLearner(partition.Id, node, _nodes.IncarnationOf(node), next, partition.ZnodeVersion));
                return;
            }
        }
    }

    private void RemoveSurplus()
    {
        for (var index = 0; index < _partitions.Length; index++)
        {
            var partition = _partitions[index];
            var members = partition.Configuration.Members;
            var goal = GoalOf(partition);
            if (!IsSettled(partition) || members.Length <= Target(partition))
            {
                continue;
            }

            // OrderBy keeps the order of equals: from the last place to the first.
            var surplus = members.Reverse().Where(member => !goal.Contains(member)).OrderBy(_nodes.IsActive).ToArray();
            var leaves = surplus.FirstOrDefault(member => member != members[0]);
            if (leaves != NodeId.None)
            {
                Ask(partition, new RemoveMember(partition.Id, members[0], leaves, partition.ZnodeVersion));
            }
            else
            {
                Ask(partition, new HandOver(partition.Id, members[0], SuccessorOfFirst(index), partition.ZnodeVersion));
            }
        }
    }

    /// <summary>
    /// Who takes the first place from one that has to go: by the goal of the first places, else the next in the partition's own.
    /// </summary>
    private NodeId SuccessorOfFirst(int index)
    {
        var members = _partitions[index].Configuration.Members;
        var planned = _firsts.NewFirstOf(index);
        if (planned != members[0] && members.Contains(planned) && GoalOf(_partitions[index]).Contains(planned))
        {
            return planned;
        }

        var inGoal = GoalOf(_partitions[index]).FirstOrDefault(members.Contains);
        return inGoal != NodeId.None ? inGoal : members[1];
    }

    private void EvenFirstPlaces()
    {
        foreach (var index in Enumerable.Range(0, _partitions.Length).Where(_firsts.IsMisled))
        {
            MoveFirstPlace(index);
        }

        for (var index = 0; index < _partitions.Length && _firsts.IsUneven; index++)
        {
            MoveFirstPlace(index);
        }
    }

    private void MoveFirstPlace(int index)
    {
        var partition = _partitions[index];
        var newFirst = _firsts.NewFirstOf(index);
        if (IsSettled(partition) && newFirst != NodeId.None && newFirst != partition.Configuration.First)
        {
            Ask(partition, new HandOver(partition.Id, partition.Configuration.First, newFirst, partition.ZnodeVersion));
        }
    }

    private void ForgetNodes()
    {
        var named = _partitions
            .SelectMany(partition => partition.Configuration.Members.Concat(partition.Configuration.Learners))
            .ToHashSet();
        foreach (var node in _view.Registrations.OrderBy(node => node.Id))
        {
            var leaving = node.State == RegistrationState.Draining || (node.State == RegistrationState.Lost && !_nodes.IsLive(node.Id));
            if (!IsFull && leaving && !named.Contains(node.Id))
            {
                _actions.Add(new ForgetNode(node.Id, node.ZnodeVersion));
            }
        }
    }

    private ImmutableArray<NodeId> GoalOf(PartitionView partition) => _goals[partition.Id.Value];

    /// <summary>How many members the partition is brought down to: the goal's number, but never fewer than take writes.</summary>
    private int Target(PartitionView partition) => Math.Max(GoalOf(partition).Length, _view.Settings.MinInSync);

    private bool IsMisplacedOnly(PartitionView partition) =>
        IsSettled(partition)
        && partition.Configuration.Members.Length >= GoalOf(partition).Length
        && partition.Configuration.Members.Length <= Target(partition);

    private bool HasOnlyLiveMembers(PartitionView partition) => partition.Configuration.Members.All(_nodes.IsLive);

    private bool IsSettled(PartitionView partition) => partition.Configuration.Learners.IsEmpty && HasOnlyLiveMembers(partition);

    private void Ask(PartitionView partition, ControllerAction action)
    {
        var first = partition.Configuration.First;
        var asked = _asked.GetValueOrDefault(first);
        if (!IsFull && asked < _view.Settings.MaxAsksPerNode && !_decided.Contains(partition.Id))
        {
            _asked[first] = asked + 1;
            Decide(partition, action);
        }
    }

    private void Decide(PartitionView partition, ControllerAction action)
    {
        if (_decided.Add(partition.Id))
        {
            _actions.Add(action);
        }
    }

    /// <summary>The next configuration, with the same members and other learners.</summary>
    private Configuration Successor(Configuration configuration, ImmutableArray<NodeId> learners)
    {
        var epoch = configuration.Epoch.Next;
        var inSync = configuration.Members.Length >= _view.Settings.MinInSync;
        return configuration with
        {
            Epoch = epoch,
            Learners = learners,
            InSyncEpoch = inSync ? epoch : configuration.InSyncEpoch,
            InSyncMembers = inSync ? configuration.Members : configuration.InSyncMembers,
        };
    }
}
