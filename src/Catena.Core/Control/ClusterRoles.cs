using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>Who is master, sub-master and slave, and whether the cluster counts as alive.</summary>
/// <remarks>
/// The lowest sequence is the master, the next that of another node the sub-master, all others are slaves in the order in which they would
/// follow. A node that stands twice (its earlier session has not expired yet) counts once, at its lower place: until that entry
/// goes, nobody else is the master. A cluster without a master is dead by this scheme, although its partitions may go on serving: nobody
/// answers for its placement. Immutable.
/// </remarks>
public sealed class ClusterRoles
{
    private ClusterRoles(ImmutableArray<NodeId> order) => Order = order;

    /// <summary>The nodes in the order of the election, each once.</summary>
    public ImmutableArray<NodeId> Order { get; }

    /// <summary>The controller; <see cref="NodeId.None" /> if nobody stands.</summary>
    public NodeId Master => Order is [var master, ..] ? master : NodeId.None;

    /// <summary>Who follows the master; <see cref="NodeId.None" /> if nobody does.</summary>
    public NodeId SubMaster => Order is [_, var subMaster, ..] ? subMaster : NodeId.None;

    /// <summary>All others, in the order in which they would follow.</summary>
    public ReadOnlySpan<NodeId> Slaves => Order.Length > 2 ? Order.AsSpan()[2..] : [];

    /// <summary>Whether there is a master.</summary>
    public bool IsAlive => !Order.IsEmpty;

    /// <summary>The roles that the election's entries give.</summary>
    /// <param name="entries">The entries, in any order.</param>
    public static ClusterRoles From(IEnumerable<ElectionEntry> entries) =>
        new([.. entries.OrderBy(entry => entry.Sequence).Select(entry => entry.Node).Distinct()]);

    /// <summary>The role of one node.</summary>
    /// <param name="node">Any node.</param>
    public ClusterRole RoleOf(NodeId node) => Order.IndexOf(node) switch
    {
        < 0 => ClusterRole.None,
        0 => ClusterRole.Master,
        1 => ClusterRole.SubMaster,
        _ => ClusterRole.Slave,
    };
}
