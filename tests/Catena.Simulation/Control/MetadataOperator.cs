using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Server.Coordination.Documents;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Nodes;

namespace Catena.Simulation.Control;

/// <summary>The operator who runs <c>catena cluster recover-metadata</c>: asks the nodes that run, has the real planner plan, and writes the plan.</summary>
internal sealed class MetadataOperator(ClusterSystem system) : IMetadataOperator
{
    /// <inheritdoc />
    /// <remarks>A partition that no node has durably learnt of cannot be rebuilt; nor has anything been written to it.</remarks>
    public bool MayWipe() => Partitions().All(partition => system.NodeIds.Any(node => DurableEpoch(node, partition) > Epoch.None));

    /// <inheritdoc />
    /// <remarks>
    /// Configurations may go back only where every member of the old ones durably knows newer ones: one that has never learnt that it was dropped takes
    /// the old tree's word for it and goes on as a member. And only where all nodes answer, so that the tree is brought up again before anybody
    /// plans by it: a controller that knows nothing newer would give the next epoch's number to another configuration.
    /// </remarks>
    public bool MayRestore(object backup)
    {
        var old = SimulatedCoordinator.Contents(backup);
        var isWhole = Partitions().All(partition => TreeLayout.Find(old, partition) is not null);
        var back = Partitions().Where(partition => TreeLayout.Find(old, partition) != TreeLayout.Find(system.Coordinator.Tree, partition)).ToList();
        return isWhole && (back.Count == 0 || (Asked().Count == system.Nodes.Count && back.TrueForAll(partition =>
            TreeLayout.Find(old, partition) is { } then
            && then.Members.Concat(then.Learners).All(node => DurableEpoch(node, partition) > then.Epoch))));
    }

    /// <inheritdoc />
    public bool TryRecover()
    {
        var tree = system.Coordinator.Tree;
        var asked = Asked();
        var isNewTree = !tree.ContainsKey(TreeLayout.Paths.Settings);
        if (isNewTree && asked.Exists(program => program.IsConnected))
        {
            // It has not noticed yet that its tree has gone.
            return false;
        }

        if (asked.Count < system.Nodes.Count)
        {
            // What an absent node has learnt, nobody else may know: it is waited for.
            return false;
        }

        var standing = Partitions()
            .Select(partition => (Id: partition, Configuration: TreeLayout.Find(tree, partition)))
            .Where(partition => partition.Configuration is not null)
            .ToDictionary(partition => partition.Id, partition => partition.Configuration!);
        var plan = MetadataRecoveryPlanner.Make(
            system.Profile.Partitions,
            system.Profile.MinInSync,
            [.. asked.Select(program => program.Testify())],
            standing,
            ImmutableSortedSet<NodeId>.Empty,
            acceptsDataLoss: false,
            node => $"node {node.Value}");
        if (system.World.Tracing)
        {
            system.World.Trace($"operator: {(plan.Objections.IsEmpty ? $"writes {string.Join(", ", plan.Writes.Select(write => $"p{write.Key} {write.Value}"))}" : string.Join("; ", plan.Objections))}");
        }

        if (!plan.Objections.IsEmpty)
        {
            return false;
        }

        system.Coordinator.WriteAsOperator(new CoordinatorRequest.Multi([.. Writes(tree, plan)]));
        return true;
    }

    private Epoch DurableEpoch(NodeId node, PartitionId partition) => system.ProgramOf(node)?.DurableEpoch(partition) ?? Epoch.None;

    private IEnumerable<CoordinatorRequest> Writes(IReadOnlyDictionary<string, Znode> tree, MetadataPlan plan)
    {
        foreach (var parent in TreeLayout.Parents.Where(parent => !tree.ContainsKey(parent)))
        {
            yield return new CoordinatorRequest.Create(parent, "");
        }

        foreach (var node in system.NodeIds.Where(node => !tree.ContainsKey(TreeLayout.Paths.NodeOf(node))))
        {
            yield return new CoordinatorRequest.Create(TreeLayout.Paths.NodeOf(node), Registrar.RegistrationOf(system.Profile, node));
        }

        foreach (var (partition, configuration) in plan.Writes)
        {
            var path = TreeLayout.Paths.PartitionOf(partition);
            var data = TreeLayout.Text(DocumentCodec.Encode(configuration));
            yield return tree.ContainsKey(path) ? new CoordinatorRequest.SetData(path, data, -1) : new CoordinatorRequest.Create(path, data);
        }

        if (!tree.ContainsKey(TreeLayout.Paths.Settings))
        {
            yield return new CoordinatorRequest.Create(TreeLayout.Paths.Settings, TreeLayout.Text(DocumentCodec.Encode(system.Settings())));
        }
    }

    /// <summary>The nodes that answer.</summary>
    private List<NodeProgram> Asked() =>
        [.. system.Nodes.Where(node => node.State == NodeState.Running).Select(node => system.ProgramOf(node.Id)).OfType<NodeProgram>()];

    private IEnumerable<PartitionId> Partitions() =>
        Enumerable.Range(0, system.Profile.Partitions).Select(number => new PartitionId((ushort)number));
}
