using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;

namespace Catena.Core.Tests.Replication.Leases;

/// <summary>The leases of a reader.</summary>
public class LeaseHolderTests
{
    [Fact]
    public void Each_grantor_has_a_lease_of_its_own_which_answers_out_of_order_never_shorten()
    {
        var holder = new LeaseHolder();
        Assert.Equal(0, holder.Until(new NodeId(1)));
        holder.Granted(new NodeId(1), 200);
        holder.Granted(new NodeId(1), 150);
        holder.Granted(new NodeId(2), 90);
        Assert.Equal(200, holder.Until(new NodeId(1)));
        Assert.Equal(90, holder.Until(new NodeId(2)));
    }

    [Fact]
    public void Clearing_ends_all_leases()
    {
        var holder = new LeaseHolder();
        holder.Granted(new NodeId(1), 200);
        holder.Clear();
        Assert.Equal(0, holder.Until(new NodeId(1)));
    }
}
