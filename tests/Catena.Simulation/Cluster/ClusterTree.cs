using System.Buffers;
using System.Globalization;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Simulation.Coordination;

namespace Catena.Simulation.Cluster;

/// <summary>The coordinator's tree as the simulated cluster uses it.</summary>
/// <remarks>
/// Every change of a configuration adds one to its epoch and one to its znode's version, and the first has epoch 1 and version 0; so the version that
/// a compare-and-set must find follows from the epoch.
/// </remarks>
internal static class ClusterTree
{
    /// <summary>Where configurations are.</summary>
    internal const string Partitions = "/partitions";

    /// <summary>Where live nodes are.</summary>
    internal const string Members = "/members";

    /// <summary>A partition's znode.</summary>
    internal static string PathOf(PartitionId partition) => $"{Partitions}/{partition}";

    /// <summary>A live node's znode.</summary>
    internal static string PathOf(NodeId node) => string.Create(CultureInfo.InvariantCulture, $"{Members}/{node.Value}");

    /// <summary>The partition of a znode's path.</summary>
    internal static bool TryPartitionOf(string path, out PartitionId partition)
    {
        var isOne = path.StartsWith(Partitions + "/", StringComparison.Ordinal);
        partition = isOne ? new PartitionId(ushort.Parse(path.AsSpan(Partitions.Length + 1), CultureInfo.InvariantCulture)) : default;
        return isOne;
    }

    /// <summary>The version that the znode of the configuration with an epoch has.</summary>
    internal static int VersionOf(Epoch epoch) => (int)epoch.Value - 1;

    /// <summary>A configuration as a znode's data.</summary>
    internal static string Encode(Configuration configuration)
    {
        var bytes = new ArrayBufferWriter<byte>();
        ConfigurationCodec.Write(bytes, configuration);
        return Convert.ToBase64String(bytes.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Encode" /> wrote.</summary>
    internal static Configuration Decode(string data)
    {
        var reader = new ByteReader(Convert.FromBase64String(data));
        var configuration = ConfigurationCodec.Read(ref reader);
        return reader.IsAtEnd ? configuration : throw new FormatException("a znode holds no configuration");
    }

    /// <summary>The newest configuration of a partition, as only checkers can know it.</summary>
    internal static Configuration Newest(SimulatedCoordinator coordinator, PartitionId partition) =>
        Decode(coordinator.Tree[PathOf(partition)].Data);

    /// <summary>Fills an empty coordinator with the first configurations.</summary>
    internal static void Create(SimulatedCoordinator coordinator, IEnumerable<(PartitionId Partition, Configuration Configuration)> partitions)
    {
        var tree = new CoordinatorTree();
        tree.Apply(new TreeChange(Partitions, new Znode("", 0, 0, 0, 0, 0, 0), null));
        tree.Apply(new TreeChange(Members, new Znode("", 0, 0, 0, 0, 0, 0), null));
        foreach (var (partition, configuration) in partitions)
        {
            tree.Apply(new TreeChange(PathOf(partition), new Znode(Encode(configuration), 0, 0, 0, 0, 0, 0), null));
        }

        coordinator.Restore(tree);
    }
}
