using Catena.Core.Control;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Control;

/// <summary>The election's order gives master, sub-master and slaves.</summary>
public class ClusterRolesTests
{
    private static readonly NodeId A = new(0xA);
    private static readonly NodeId B = new(0xB);
    private static readonly NodeId C = new(0xC);
    private static readonly NodeId D = new(0xD);

    [Fact]
    public void The_lowest_sequence_is_master_the_next_sub_master_and_the_others_slaves_in_order()
    {
        var roles = ClusterRoles.From([new(12, D), new(7, B), new(3, C), new(9, A)]);
        Assert.Equal(C, roles.Master);
        Assert.Equal(B, roles.SubMaster);
        Assert.Equal([A, D], roles.Slaves.ToArray());
        Assert.Equal(
            [ClusterRole.Master, ClusterRole.SubMaster, ClusterRole.Slave, ClusterRole.None],
            new[] { C, B, D, new NodeId(9) }.Select(roles.RoleOf));
        Assert.True(roles.IsAlive);
    }

    [Fact]
    public void A_node_that_stands_twice_counts_once_at_its_lower_place()
    {
        var roles = ClusterRoles.From([new(1, A), new(2, B), new(3, A), new(4, C)]);
        Assert.Equal([A, B, C], roles.Order);
    }

    [Fact]
    public void Without_a_candidate_the_cluster_is_dead()
    {
        var roles = ClusterRoles.From([]);
        Assert.False(roles.IsAlive);
        Assert.Equal(NodeId.None, roles.Master);
        Assert.Equal(NodeId.None, roles.SubMaster);
        Assert.True(roles.Slaves.IsEmpty);
    }

    [Fact]
    public void A_lone_candidate_is_master_without_a_sub_master()
    {
        var roles = ClusterRoles.From([new(5, A)]);
        Assert.Equal(A, roles.Master);
        Assert.Equal(NodeId.None, roles.SubMaster);
    }
}
