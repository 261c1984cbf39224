using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

/// <summary>The clock of leases.</summary>
public sealed class MonotonicClockTests
{
    [Fact]
    public void It_never_runs_backwards_and_moves_on()
    {
        var first = MonotonicClock.Now;
        var last = first;
        for (var reading = 0; reading < 100_000 || last == first; reading++)
        {
            var now = MonotonicClock.Now;
            Assert.True(now >= last);
            last = now;
        }
    }

    [Fact]
    public void On_Linux_it_is_the_time_since_the_machine_started()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // /proc/uptime is CLOCK_BOOTTIME in hundredths of a second, so a reading before it and one after enclose it.
        var before = MonotonicClock.Now;
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        var after = MonotonicClock.Now;
        Assert.InRange(uptime, (before / 1e9) - 0.02, (after / 1e9) + 0.02);
    }

    [Fact]
    public void A_duration_is_counted_in_nanoseconds() => Assert.Equal(1_500_000_000, MonotonicClock.Nanoseconds(TimeSpan.FromSeconds(1.5)));
}
