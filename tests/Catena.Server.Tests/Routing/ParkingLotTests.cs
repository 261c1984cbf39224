using Catena.Server.Routing;

namespace Catena.Server.Tests.Routing;

public sealed class ParkingLotTests
{
    /// <summary>Whoever comes while the last parked command is being started must not overtake it.</summary>
    [Fact]
    public void A_partition_has_parked_commands_until_the_last_has_been_started()
    {
        var lot = new ParkingLot(2);
        lot.Add(new RoutedCommand(null!));
        Assert.NotNull(lot.TakeDue(default, 0));
        Assert.Null(lot.TakeDue(default, 0));
        Assert.True(lot.HasAny(default));
        Assert.False(lot.HasAny(new(1)));
        lot.Started(default);
        Assert.False(lot.HasAny(default));
        Assert.Equal(0, lot.Count);
    }
}
