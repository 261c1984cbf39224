using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Tests.Tree;

public sealed class SessionClockTests
{
    [Fact]
    public void Expiry_is_rounded_up_to_the_next_tick()
    {
        var clock = new SessionClock(100);
        clock.Touch(1, 250, 1000);
        Assert.Empty(clock.Expired(1299));
        Assert.Equal([1L], clock.Expired(1300));
        clock.Touch(1, 250, 1300);
        Assert.Empty(clock.Expired(1599));
        clock.Touch(2, 100, 1300);
        Assert.Equal([1L, 2L], clock.Expired(2000));
        clock.Forget(1);
        Assert.Equal([2L], clock.Expired(2000));
    }
}
