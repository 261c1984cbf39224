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
            ["bit-rot"] = context => new ClusterSystem(context, profile: ClusterProfile.DrawRotting(context.World.Random("profile/cluster"))),
            ["primary-backup"] = context => Cluster(context, ReplicationMode.PrimaryBackup),
            ["reference"] = context => new ReferenceSystem(context),
        };

    private static ClusterSystem Cluster(SimulationContext context, ReplicationMode mode) =>
        new(context, profile: ClusterProfile.Draw(context.World.Random("profile/cluster")) with { Mode = mode });
}
