using System.CommandLine;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Cluster;

/// <summary>The command <c>catena cluster</c>: what an operator does to a cluster as a whole.</summary>
internal static class ClusterCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new DocumentedCommand(
        "cluster",
        "What an operator does to a cluster as a whole.",
        new Example("catena cluster recover-metadata", "rebuild the tree in ZooKeeper from what the nodes know"))
    {
        RecoverMetadataCommand.Create(),
    };
}
