using System.CommandLine;

namespace Catena.Cli.Cluster;

/// <summary>The command <c>catena cluster</c>: what an operator does to a cluster as a whole.</summary>
internal static class ClusterCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("cluster", "What an operator does to a cluster as a whole.")
    {
        RecoverMetadataCommand.Create(),
    };
}
