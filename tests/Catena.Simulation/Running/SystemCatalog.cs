using Catena.Core.Replication;
using Catena.Simulation.Cluster;
using Catena.Simulation.Reference;

namespace Catena.Simulation.Running;

/// <summary>The systems that can be named on the command line.</summary>
public static class SystemCatalog
{
    /// <summary>How to build each, by the name of its mode.</summary>
    public static IReadOnlyDictionary<string, Func<SimulationContext, ISimulatedSystem>> Modes { get; } =
        new SortedDictionary<string, Func<SimulationContext, ISimulatedSystem>>(StringComparer.Ordinal)
        {
            ["apportioned-chain"] = context => Cluster(context, drawn => drawn with { Mode = ReplicationMode.ApportionedChain }),
            ["bit-rot"] = context => new ClusterSystem(context, profile: ClusterProfile.DrawRotting(context.World.Random("profile/cluster"))),
            ["chain"] = context => Cluster(context, drawn => drawn with { Mode = ReplicationMode.Chain }),
            ["changing-mode"] = context => Cluster(context, drawn => drawn with { Mode = ReplicationMode.Chain, ModeChanges = 0.1 }),
            ["primary-backup"] = context => Cluster(context, drawn => drawn),
            ["reference"] = context => new ReferenceSystem(context),
        };

    private static ClusterSystem Cluster(SimulationContext context, Func<ClusterProfile, ClusterProfile> change) =>
        new(context, profile: change(ClusterProfile.Draw(context.World.Random("profile/cluster"))));
}
