using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Nodes;

public sealed class SimulatedClockTests
{
    private readonly World _world = new(1);

    [Fact]
    public void A_fast_clock_gains_by_its_rate_error()
    {
        var clock = new SimulatedClock(_world, 1, new ClockProfile(500_000, 100, 0));
        _world.RunFor(10 * Duration.Second);
        Assert.Equal(100 + (10 * Duration.Second) + (5 * Duration.Millisecond), clock.Now);
    }

    [Fact]
    public void A_change_of_rate_does_not_move_the_clock_back_or_forth()
    {
        var clock = new SimulatedClock(_world, 1, new ClockProfile(500_000, 0, 0));
        _world.RunFor(Duration.Second);
        var before = clock.Now;
        clock.SetRateError(-500_000);
        Assert.Equal(before, clock.Now);
        _world.RunFor(Duration.Second);
        Assert.Equal(before + Duration.Second - (500 * Duration.Microsecond), clock.Now);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(333_333)]
    [InlineData(-499_999)]
    public void A_timer_goes_off_once_the_clock_shows_its_time_and_not_before(long rateError)
    {
        var clock = new SimulatedClock(_world, 1, new ClockProfile(rateError, 17, 0));
        var at = 0L;
        var due = clock.Now + 1_234_567_891;
        clock.SetTimer(due, "timer", () => at = clock.Now);
        _world.RunFor(2 * Duration.Second);
        Assert.InRange(at, due, due + 2);
    }

    [Fact]
    public void A_timer_follows_a_change_of_rate()
    {
        var clock = new SimulatedClock(_world, 1, ClockProfile.Exact);
        var at = 0L;
        clock.SetTimer(Duration.Second, "timer", () => at = _world.Now);
        clock.SetRateError(1_000_000_000);
        _world.RunFor(2 * Duration.Second);
        Assert.Equal(Duration.Second / 2, at);
    }

    [Fact]
    public void A_cancelled_timer_does_not_go_off()
    {
        var clock = new SimulatedClock(_world, 1, ClockProfile.Exact);
        var wentOff = false;
        clock.SetTimer(10, "timer", () => wentOff = true).Cancel();
        _world.RunFor(100);
        Assert.False(wentOff);
    }

    [Fact]
    public void A_jump_moves_the_wall_clock_only()
    {
        var clock = new SimulatedClock(_world, 1, ClockProfile.Exact);
        _world.RunFor(50);
        clock.JumpWall(-30);
        Assert.Equal(50, clock.Now);
        Assert.Equal(20, clock.Wall);
    }

    [Fact]
    public void Drawn_rates_stay_within_the_bound_and_some_are_not_zero()
    {
        var rates = Enumerable.Range(0, 200).Select(seed => ClockProfile.Draw(new World((ulong)seed).Random("clock")).RateError).ToList();
        Assert.All(rates, rate => Assert.InRange(rate, -ClockProfile.RateErrorBound, ClockProfile.RateErrorBound));
        Assert.Contains(rates, rate => rate > 0);
        Assert.Contains(rates, rate => rate < 0);
    }
}
