using Catena.Core.Primitives;
using Catena.Server.Cluster;
using Catena.Server.Http;

namespace Catena.Server.Node;

/// <summary>A node is ready when the cluster is placed and every partition that it leads is served.</summary>
internal sealed class NodeReadiness(NodeCore core, IClusterView cluster, NodeId self) : IReadiness
{
    /// <summary>Whether the node is shutting down.</summary>
    internal bool IsStopping { get; set; }

    /// <inheritdoc />
    public Readiness Check()
    {
        if (IsStopping)
        {
            return Readiness.NotReady("the node is shutting down");
        }

        var view = cluster.Current;
        var unplaced = view.Partitions.Count(configuration => configuration is null);
        if (unplaced > 0 || view.Partitions.IsEmpty)
        {
            return Readiness.NotReady($"{unplaced} of {view.Partitions.Length} partitions have no configuration yet");
        }

        var led = Enumerable.Range(0, view.Partitions.Length).Where(index => view.Partitions[index]!.First == self).ToArray();
        var serving = led.Count(index => core.FindHost(new PartitionId((ushort)index))?.IsServing == true);
        return serving == led.Length
            ? Readiness.Ready
            : Readiness.NotReady($"{led.Length - serving} of the {led.Length} partitions led here are not served yet");
    }
}
