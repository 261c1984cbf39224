using System.Text;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.Simulation.Coordination;

namespace Catena.Simulation.Control;

/// <summary>The cluster's subtree in the simulated coordinator: the paths and documents of a real one.</summary>
internal static class TreeLayout
{
    /// <summary>Where things are.</summary>
    internal static CoordinationPaths Paths { get; } = new("sim");

    /// <summary>The znodes below which all others are.</summary>
    internal static IReadOnlyList<string> Parents { get; } =
        [CoordinationPaths.Clusters, Paths.Root, Paths.Nodes, Paths.Members, Paths.Election, Paths.Partitions];

    /// <summary>A document as a znode's data.</summary>
    internal static string Text(byte[] document) => Encoding.UTF8.GetString(document);

    /// <summary>A znode that was read, as the nodes' picture of the tree takes it.</summary>
    internal static ZnodeState State(string path, CoordinatorReply reply) =>
        reply.Error == CoordinatorError.Ok ? new ZnodeState(path, Encoding.UTF8.GetBytes(reply.Data!), reply.Version) : new ZnodeState(path, null, 0);

    /// <summary>The configuration of a partition that a tree holds; null where it holds none.</summary>
    internal static Configuration? Find(IReadOnlyDictionary<string, Znode> tree, PartitionId partition) =>
        tree.TryGetValue(Paths.PartitionOf(partition), out var znode) ? DocumentCodec.DecodeConfiguration(Encoding.UTF8.GetBytes(znode.Data)) : null;

    /// <summary>Fills an empty coordinator with the settings and the first configurations.</summary>
    internal static void Create(
        SimulatedCoordinator coordinator, SettingsDocument settings, IEnumerable<(PartitionId Partition, Configuration Configuration)> partitions)
    {
        var tree = new CoordinatorTree();
        foreach (var parent in Parents)
        {
            Add(tree, parent, "");
        }

        Add(tree, Paths.Settings, Text(DocumentCodec.Encode(settings)));
        foreach (var (partition, configuration) in partitions)
        {
            Add(tree, Paths.PartitionOf(partition), Text(DocumentCodec.Encode(configuration)));
        }

        coordinator.Restore(tree);
    }

    private static void Add(CoordinatorTree tree, string path, string data) =>
        tree.Apply(new TreeChange(path, new Znode(data, 0, 0, 0, 0, 0, 0), null));
}
