using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Control.Actions;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Tests.Control;

/// <summary>What every decision of the controller must keep to, whatever the view.</summary>
public static class ActionRules
{
    /// <summary>Fails if one of the actions, or all together, break a rule.</summary>
    public static void Check(ClusterView view, ImmutableArray<ControllerAction> actions)
    {
        var settings = view.Settings;
        Assert.True(actions.Length <= (view.IsCreated ? settings.MaxActions : settings.MaxCreations));
        var partitions = view.Partitions.ToDictionary(partition => partition.Id);
        var live = view.Live.Select(node => node.Id).ToHashSet();
        var touched = new HashSet<PartitionId>();
        foreach (var action in actions)
        {
            if (PartitionOf(action) is { } id)
            {
                Assert.True(touched.Add(id), $"Two actions for partition {id}.");
                var partition = partitions.GetValueOrDefault(id);
                Assert.Equal(partition?.ZnodeVersion ?? ControllerAction.MustNotExist, action.ZnodeVersion);
                CheckPartition(view, action, partition?.Configuration, live);
            }
        }

        var learners = view.Partitions.SelectMany(partition => partition.Configuration.Learners)
            .Concat(actions.OfType<AddLearner>().Select(add => add.Node)).CountBy(node => node).ToDictionary();
        Assert.All(actions.OfType<AddLearner>(), add => Assert.True(learners[add.Node] <= settings.MaxLearnersPerNode));
        Assert.True(!actions.OfType<AddLearner>().Any() || learners.Values.Sum() <= settings.MaxLearners);
        var asked = actions.OfType<HandOver>().Select(ask => ask.From).Concat(actions.OfType<RemoveMember>().Select(ask => ask.First));
        Assert.All(asked.CountBy(node => node), pair => Assert.True(pair.Value <= settings.MaxAsksPerNode));
    }

    private static void CheckPartition(ClusterView view, ControllerAction action, Configuration? configuration, HashSet<NodeId> live)
    {
        if (configuration is null)
        {
            Assert.False(view.IsCreated);
            Assert.IsType<CreatePartition>(action);
            return;
        }

        Assert.True(view.IsCreated);
        Assert.True(configuration.Members.All(live.Contains), "A partition with a dead member is left alone.");
        Assert.True(configuration.Learners.IsEmpty || action is RemoveLearner, "A partition with a learner is left alone.");
        var states = view.Registrations.ToDictionary(node => node.Id, node => node.State);
        switch (action)
        {
            case AddLearner add:
                Assert.Equal(configuration.Members, add.Next.Members);
                Assert.Equal(configuration.Epoch.Next, add.Next.Epoch);
                Assert.Equal([add.Node], add.Next.Learners);
                Assert.False(configuration.HasMember(add.Node));
                Assert.Equal(RegistrationState.Active, states[add.Node]);
                Assert.Equal(view.Live.Single(node => node.Id == add.Node).Incarnation, add.Incarnation);
                break;
            case RemoveLearner remove:
                Assert.Equal(configuration.Members, remove.Next.Members);
                Assert.Equal(configuration.Epoch.Next, remove.Next.Epoch);
                Assert.Equal(configuration.Learners.Remove(remove.Node), remove.Next.Learners);
                break;
            case HandOver ask:
                Assert.Equal(configuration.First, ask.From);
                Assert.NotEqual(configuration.First, ask.NewFirst);
                Assert.True(configuration.HasMember(ask.NewFirst));
                break;
            case RemoveMember ask:
                Assert.Equal(configuration.First, ask.First);
                Assert.NotEqual(configuration.First, ask.Node);
                Assert.True(configuration.HasMember(ask.Node));
                Assert.True(configuration.Members.Length > view.Settings.MinInSync);
                break;
            default:
                Assert.Fail($"{action} for a partition that exists.");
                break;
        }
    }

    private static PartitionId? PartitionOf(ControllerAction action) => action switch
    {
        CreatePartition create => create.Partition,
        AddLearner add => add.Partition,
        RemoveLearner remove => remove.Partition,
        HandOver ask => ask.Partition,
        RemoveMember ask => ask.Partition,
        _ => null,
    };
}
