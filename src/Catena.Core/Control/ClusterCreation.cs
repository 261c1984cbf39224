using System.Collections.Immutable;
using Catena.Core.Control.Actions;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>
/// The controller's rules while a cluster is being created: wait for the nodes, create every partition, note that it is done.
/// </summary>
internal static class ClusterCreation
{
    /// <summary>What to do next.</summary>
    public static ImmutableArray<ControllerAction> Decide(ClusterView view, NodeStandings nodes)
    {
        var settings = view.Settings;
        var existing = view.Partitions.Select(partition => partition.Id).ToHashSet();
        if (existing.Count == settings.Partitions)
        {
            return [new CompleteCreation(view.SettingsZnodeVersion)];
        }

        RingNode[] ready = [.. nodes.Ready];
        if (ready.Length < (settings.ExpectedNodes > 0 ? settings.ExpectedNodes : settings.Replicas))
        {
            return [];
        }

        var desired = Ring.Place(ready, settings.Partitions, settings.Replicas, settings.Ring, areNew: true);
        var actions = ImmutableArray.CreateBuilder<ControllerAction>();
        for (var partition = 0; partition < settings.Partitions && actions.Count < settings.MaxCreations; partition++)
        {
            var id = new PartitionId((ushort)partition);
            if (!existing.Contains(id))
            {
                actions.Add(new CreatePartition(id, InitialConfiguration(desired[partition], settings)));
            }
        }

        return actions.ToImmutable();
    }

    private static Configuration InitialConfiguration(ImmutableArray<NodeId> members, ClusterSettings settings)
    {
        var inSync = members.Length >= settings.MinInSync;
        return new Configuration
        {
            Epoch = Epoch.None.Next,
            Mode = settings.Mode,
            Members = members,
            InSyncEpoch = inSync ? Epoch.None.Next : Epoch.None,
            InSyncMembers = inSync ? members : [],
        };
    }
}
