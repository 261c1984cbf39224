using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Server.Coordination.Tree;

/// <summary>Where things are below <c>/catena/&lt;cluster&gt;</c>.</summary>
internal sealed class CoordinationPaths
{
    /// <summary>The parent of all clusters.</summary>
    public const string Clusters = "/catena";

    private const int MaxNameLength = 64;
    private const int SequenceDigits = 10;

    /// <summary>The paths of one cluster.</summary>
    /// <param name="cluster">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or has other characters than letters, digits, '.', '_' and '-'.</exception>
    public CoordinationPaths(string cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var isName = cluster.Length is > 0 and <= MaxNameLength && cluster is not ("." or "..")
            && cluster.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
        if (!isName)
        {
            throw new ArgumentException($"A cluster's name has 1 to {MaxNameLength} letters, digits, '.', '_' and '-'; '{cluster}' is none.");
        }

        Root = $"{Clusters}/{cluster}";
        Settings = $"{Root}/settings";
        Nodes = $"{Root}/nodes";
        Members = $"{Root}/members";
        Election = $"{Root}/election";
        Partitions = $"{Root}/partitions";
    }

    /// <summary>The cluster's znode.</summary>
    public string Root { get; }

    /// <summary>The settings' znode.</summary>
    public string Settings { get; }

    /// <summary>The parent of the registrations.</summary>
    public string Nodes { get; }

    /// <summary>The parent of the running nodes' znodes.</summary>
    public string Members { get; }

    /// <summary>The parent of those who stand in the election.</summary>
    public string Election { get; }

    /// <summary>The parent of the configurations.</summary>
    public string Partitions { get; }

    /// <summary>A node's registration.</summary>
    public string NodeOf(NodeId node) => $"{Nodes}/{node}";

    /// <summary>A running node's znode.</summary>
    public string MemberOf(NodeId node) => $"{Members}/{node}";

    /// <summary>A partition's znode.</summary>
    public string PartitionOf(PartitionId partition) => $"{Partitions}/{partition}";

    /// <summary>A child's path.</summary>
    public static string ChildOf(string parent, string name) => $"{parent}/{name}";

    /// <summary>The parent's path of a znode below the root.</summary>
    public static string ParentOf(string path) => path[..path.LastIndexOf('/')];

    /// <summary>The last name of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The partition of a znode's name; null where it is none.</summary>
    public static PartitionId? PartitionOf(string name) =>
        ushort.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == name
            ? new PartitionId(number)
            : null;

    /// <summary>The sequence number at the end of a znode's name; null where there is none.</summary>
    public static long? SequenceOf(string name) =>
        name.Length > SequenceDigits
        && long.TryParse(name.AsSpan(name.Length - SequenceDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : null;
}
