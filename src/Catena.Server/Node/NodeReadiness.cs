using Catena.Core.Primitives;
using Catena.Server.Coordination;
using Catena.Server.Http;

namespace Catena.Server.Node;

/// <summary>A node is ready when the cluster is placed and every partition that it leads is served.</summary>
/// <param name="coordinator">The cluster as this node sees it.</param>
/// <param name="self">This node.</param>
internal sealed class NodeReadiness(ClusterCoordinator coordinator, NodeId self) : IReadiness
{
    /// <summary>The node's core; null until it runs.</summary>
    internal NodeCore? Core { get; set; }

    /// <summary>Whether the node takes clients' connections.</summary>
    internal bool IsListening { get; set; }

    /// <summary>Whether the node is shutting down.</summary>
    internal bool IsStopping { get; set; }

    /// <inheritdoc />
    public Readiness Check()
    {
        if (IsStopping)
        {
            return Readiness.NotReady("the node is shutting down");
        }

        if (!coordinator.IsKnown || Core is not { } core)
        {
            return Readiness.NotReady(coordinator.Refusal ?? "the cluster is to be read from ZooKeeper");
        }

        var view = coordinator.Current;
        var unplaced = view.Partitions.Count(configuration => configuration is null);
        if (unplaced > 0 || view.Partitions.IsEmpty)
        {
            return Readiness.NotReady($"{unplaced} of {view.Partitions.Length} partitions have no configuration yet");
        }

        var led = Enumerable.Range(0, view.Partitions.Length).Where(index => view.Partitions[index]!.First == self).ToArray();
        var serving = led.Count(index => core.FindHost(new PartitionId((ushort)index))?.IsServing == true);
        if (serving < led.Length)
        {
            return Readiness.NotReady($"{led.Length - serving} of the {led.Length} partitions led here are not served yet");
        }

        return IsListening ? Readiness.Ready : Readiness.NotReady("its listeners are to be opened");
    }
}
