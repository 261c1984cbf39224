using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Node;

namespace Catena.Server.Tests.Node;

public sealed class TickPaceTests
{
    private const long Millisecond = 1_000_000;

    private static readonly NodeCoreSettings Settings = new() { Self = new NodeId(7), Partitions = new PartitionMap(1), MinInSync = 1 };

    [Fact]
    public void Who_has_not_begun_long_ago_does_not_idle()
    {
        var pace = new TickPace(Settings, now: 0);
        pace.Look(Settings.IdleAfter - 1, isActive: false);
        Assert.Equal(Settings.BeaconInterval, pace.BeaconInterval);
        Assert.Equal(5 + Settings.TickInterval, pace.NextTick(5, lastBeacons: 0));
    }

    [Fact]
    public void An_idle_node_ticks_when_its_next_beacons_are_due()
    {
        var pace = Idle();
        Assert.Equal(Settings.IdleBeaconInterval, pace.BeaconInterval);
        Assert.Equal(1_100 * Millisecond, pace.NextTick(1_030 * Millisecond, lastBeacons: 1_000 * Millisecond));
    }

    /// <summary>A failure detector takes a long time between two of its looks for a pause of its own process, in which nobody was silent.</summary>
    [Fact]
    public void However_rare_the_beacons_an_idle_node_ticks_often_enough_to_notice_a_silence()
    {
        var settings = Settings with { IdleBeaconInterval = 10 * Settings.Detection.PauseNanos };
        var pace = new TickPace(settings, now: 0);
        pace.Look(settings.IdleAfter, isActive: false);
        Assert.InRange(pace.NextTick(1_000 * Millisecond, lastBeacons: 1_000 * Millisecond), 1_000 * Millisecond, (1_000 * Millisecond) + settings.Detection.PauseNanos - 1);
    }

    [Fact]
    public void Overdue_beacons_do_not_make_an_idle_node_spin()
    {
        var pace = Idle();
        Assert.Equal(2_010 * Millisecond, pace.NextTick(2_000 * Millisecond, lastBeacons: 1_000 * Millisecond));
    }

    [Fact]
    public void What_a_tick_finds_under_way_ends_idleness_for_a_while()
    {
        var pace = Idle();
        pace.Look(1_100 * Millisecond, isActive: true);
        Assert.Equal(Settings.BeaconInterval, pace.BeaconInterval);
        pace.Look((1_100 * Millisecond) + Settings.IdleAfter - 1, isActive: false);
        Assert.Equal(Settings.BeaconInterval, pace.BeaconInterval);
        pace.Look((1_100 * Millisecond) + Settings.IdleAfter, isActive: false);
        Assert.Equal(Settings.IdleBeaconInterval, pace.BeaconInterval);
    }

    [Fact]
    public void Who_stirs_an_idle_node_first_is_told_that_it_idles()
    {
        var pace = Idle();
        Assert.True(pace.Stir());
        Assert.False(pace.Stir());
        pace.Look(1_100 * Millisecond, isActive: false);
        Assert.Equal(Settings.BeaconInterval, pace.BeaconInterval);
        Assert.False(pace.Stir());
    }

    [Fact]
    public void Beacons_of_an_idle_node_are_never_more_than_those_of_a_busy_one()
    {
        var pace = new TickPace(Settings with { BeaconInterval = 300 * Millisecond }, now: 0);
        pace.Look(1_000 * Millisecond, isActive: false);
        Assert.Equal(300 * Millisecond, pace.BeaconInterval);
    }

    private static TickPace Idle()
    {
        var pace = new TickPace(Settings, now: 0);
        pace.Look(1_000 * Millisecond, isActive: false);
        return pace;
    }
}
