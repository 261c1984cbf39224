using System.Collections.Immutable;
using Catena.Core.Control.Actions;

namespace Catena.Core.Control;

/// <summary>What the elected node decides: a pure function from one view of the cluster to the few things to do next.</summary>
/// <remarks>
/// <para>
/// The controller plans; it holds no state and promotes nobody. It writes configurations only to create them and to add and
/// remove learners; for everything that changes the members it asks the partition's first member. Safety rests on none of this: a
/// controller that is wrong, late or doubled costs work, since every action is void unless its znode has the version it was
/// decided on.
/// </para>
/// <para>
/// A node is <em>placeable</em> if it is registered as active, and alive or away for less than the re-replication delay (counted
/// from when it was last seen or from when this controller took office, whichever is later). The <em>goal</em> of a partition is
/// its list by the <see cref="Placement.Ring" /> of the placeable nodes: as many as the settings ask for, or as many as there
/// are. Members and learners are a partition's configuration. For each partition the first row that fits holds:
/// </para>
/// <list type="table">
/// <listheader><term>state of the partition</term><description>action</description></listheader>
/// <item>
/// <term>the view is incomplete, nobody is alive, or a partition is missing</term>
/// <description>none, for the whole cluster</description>
/// </item>
/// <item>
/// <term>the cluster is not yet created; fewer nodes are ready than expected</term>
/// <description>none</description>
/// </item>
/// <item>
/// <term>the cluster is not yet created; enough nodes are ready</term>
/// <description>
/// <see cref="CreatePartition" /> on the ring of the ready nodes; when all exist, <see cref="CompleteCreation" />
/// </description>
/// </item>
/// <item>
/// <term>a member is not alive</term>
/// <description>none: its first member drops it, or its next member takes over</description>
/// </item>
/// <item>
/// <term>a learner is not alive, or is not in the goal while no replica is missing</term>
/// <description><see cref="RemoveLearner" /></description>
/// </item>
/// <item>
/// <term>there is another learner</term>
/// <description>none: a change is in flight</description>
/// </item>
/// <item>
/// <term>fewer members than the goal; one of the goal that is missing is alive</term>
/// <description><see cref="AddLearner" />, at once</description>
/// </item>
/// <item>
/// <term>fewer members than the goal; those missing are away</term>
/// <description>none: they are waited for</description>
/// </item>
/// <item>
/// <term>more members than the goal and than min-in-sync; one that is not the first is outside the goal</term>
/// <description><see cref="RemoveMember" />: those that are not active before others, later places before earlier</description>
/// </item>
/// <item>
/// <term>the same, but only the first is outside the goal</term>
/// <description><see cref="Actions.HandOver" />, then as above</description>
/// </item>
/// <item>
/// <term>enough members, but one of the goal is missing and alive</term>
/// <description><see cref="AddLearner" />: a move; partitions on nodes that are not active come first</description>
/// </item>
/// <item>
/// <term>none of these, and a node without a lead weight has a first place that another member could have</term>
/// <description><see cref="Actions.HandOver" /> to one that has a weight</description>
/// </item>
/// <item>
/// <term>none of these, and first places are uneven beyond the tolerance</term>
/// <description><see cref="Actions.HandOver" /> to even them out</description>
/// </item>
/// </list>
/// <para>
/// A node that was dropped and is back within the delay never left the goal, so it rejoins at once, with the log it still has; one that
/// stays away leaves the goal after the delay, and another takes its place.
/// </para>
/// <para>
/// A node that is draining, or declared lost and not alive, and that no configuration names is forgotten
/// (<see cref="ForgetNode" />). Draining stops where a partition would have fewer members than min-in-sync, and goes on when a
/// node joins.
/// </para>
/// <para>
/// The rows are also the order of the answer, with partitions of the fewest members first: learners to remove, replicas that are
/// missing, replicas that are surplus, moves, first places, nodes to forget. There is at most one action a partition, and no more
/// in all, no more learners at a time in the cluster and on a node, and no more asks of one node than the settings allow. Thus what
/// a lost node held is copied at a limited rate.
/// </para>
/// </remarks>
public static class Controller
{
    /// <summary>What should be done next, the most urgent first; empty if nothing should, or if the view does not permit to say.</summary>
    /// <param name="view">The cluster as the coordinator has it, and the time.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or the view names a node twice.</exception>
    public static ImmutableArray<ControllerAction> Decide(ClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        view.Settings.Validate();
        if (!view.IsComplete || view.Live.IsEmpty || !HasDistinctPartitions(view))
        {
            return [];
        }

        var nodes = new NodeStandings(view);
        if (!view.IsCreated)
        {
            return ClusterCreation.Decide(view, nodes);
        }

        return view.Partitions.Length == view.Settings.Partitions ? new PlacementDecision(view, nodes).Decide() : [];
    }

    private static bool HasDistinctPartitions(ClusterView view)
    {
        var seen = new bool[view.Settings.Partitions];
        foreach (var partition in view.Partitions)
        {
            if (partition.Id.Value >= seen.Length || seen[partition.Id.Value])
            {
                return false;
            }

            seen[partition.Id.Value] = true;
        }

        return true;
    }
}
