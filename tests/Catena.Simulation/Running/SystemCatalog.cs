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
            ["apportioned-chain"] = context => Cluster(context, ReplicationMode.ApportionedChain),
            ["bit-rot"] = context => new ClusterSystem(context, profile: ClusterProfile.DrawRotting(context.World.Random("profile/cluster"))),
            ["chain"] = context => Cluster(context, ReplicationMode.Chain),
            ["changing-mode"] = context => Cluster(context, ReplicationMode.Chain, modeChanges: 0.1),
            ["primary-backup"] = context => Cluster(context, ReplicationMode.PrimaryBackup),
            ["tables"] = context => new ClusterSystem(context, profile: ClusterProfile.DrawTabled(context.World.Random("profile/cluster"))),
            ["transactions"] = context => new ClusterSystem(context, profile: ClusterProfile.DrawTransacting(context.World.Random("profile/cluster"))),
            ["reference"] = context => new ReferenceSystem(context),
        };

    private static ClusterSystem Cluster(SimulationContext context, ReplicationMode mode, double modeChanges = 0) =>
        new(context, profile: ClusterProfile.Draw(context.World.Random("profile/cluster")) with { Mode = mode, ModeChanges = modeChanges });
}
