using Catena.Core.Control;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Coordination.Announcing;

/// <summary>Says which of a session's znodes are missing and which are too many; knows nothing of time or connections.</summary>
/// <param name="Missing">What is to be created.</param>
/// <param name="Surplus">The paths of what is to be deleted; all of them this session's own.</param>
internal sealed record AnnouncementPlan(IReadOnlyList<AnnouncedZnode> Missing, IReadOnlyList<string> Surplus)
{
    /// <summary>The name of a node's znode, to which ZooKeeper adds a number: the table service's clients know it so, and others take any.</summary>
    private const string NodeName = "node";

    private const string Master = "master";
    private const string SubMaster = "sub-master";
    private const string Slave = "slave";

    /// <summary>The znodes that a node should have.</summary>
    /// <param name="endpoints">Its announcements.</param>
    /// <param name="role">Its role in the cluster.</param>
    /// <param name="isServing">Whether it serves; where not, it should have none.</param>
    public static IReadOnlyList<AnnouncedZnode> Wanted(IEnumerable<AnnouncedEndpoint> endpoints, ClusterRole role, bool isServing) =>
        isServing ? [.. endpoints.SelectMany(endpoint => Of(endpoint, role))] : [];

    /// <summary>All znodes that a node may have, whatever its role.</summary>
    /// <param name="endpoints">Its announcements.</param>
    public static IReadOnlyList<AnnouncedZnode> Possible(IReadOnlyList<AnnouncedEndpoint> endpoints) =>
        [.. Enum.GetValues<ClusterRole>().SelectMany(role => Wanted(endpoints, role, isServing: true)).Distinct()];

    /// <summary>Compares what should be with what is.</summary>
    /// <param name="wanted">What the node should have now.</param>
    /// <param name="possible">What may be a remnant of another role, or of a time when the node served.</param>
    /// <param name="owned">All ephemeral znodes of the session, in any order; those that are no announcement are left alone.</param>
    public static AnnouncementPlan Of(IReadOnlyList<AnnouncedZnode> wanted, IReadOnlyList<AnnouncedZnode> possible, IEnumerable<string> owned)
    {
        var missing = new List<AnnouncedZnode>(wanted);
        var surplus = new List<string>();

        // A create whose answer was lost may have been followed by another: the earlier one stays, since clients may have chosen it already.
        foreach (var path in owned.Where(path => possible.Any(znode => znode.Is(path))).Order(StringComparer.Ordinal))
        {
            if (missing.RemoveAll(znode => znode.Is(path)) == 0)
            {
                surplus.Add(path);
            }
        }

        return new AnnouncementPlan(missing, surplus);
    }

    private static IEnumerable<AnnouncedZnode> Of(AnnouncedEndpoint endpoint, ClusterRole role)
    {
        var path = endpoint.Announcement.Path;
        if (endpoint.Announcement.Protocol != AnnouncedProtocol.Search)
        {
            return [new AnnouncedZnode(endpoint, path, NodeName, IsSequential: true)];
        }

        var slaves = ZnodePath.Child(path, AnnouncedZnode.Slaves);
        var slave = new AnnouncedZnode(endpoint, slaves, Slave, IsSequential: true);
        return role switch
        {
            ClusterRole.Master => [new AnnouncedZnode(endpoint, path, Master, IsSequential: false), new AnnouncedZnode(endpoint, slaves, Master, IsSequential: false)],
            ClusterRole.SubMaster => [new AnnouncedZnode(endpoint, path, SubMaster, IsSequential: false), slave],
            ClusterRole.Slave => [slave],
            _ => [],
        };
    }
}
