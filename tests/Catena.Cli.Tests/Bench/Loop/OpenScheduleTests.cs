using Catena.Cli.Bench.Loop;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench.Loop;

public sealed class OpenScheduleTests
{
    [Fact]
    public void Operations_are_due_at_equal_distances_however_late_they_are_taken()
    {
        var schedule = new OpenSchedule(1000, 1_000_000);

        Assert.Equal([1000L, 2000L, 3000L], Enumerable.Range(0, 3).Select(_ => schedule.Take()));
        Assert.Equal(4000, schedule.Next);
    }

    [Fact]
    public void What_is_overdue_is_what_could_be_taken_before_a_time() =>
        Prop.ForAll(Gen.Choose(1, 2_000_000).ToArbitrary(), Gen.Choose(0, 20).ToArbitrary(), Gen.Choose(0, 50_000).ToArbitrary(), (rate, taken, time) =>
        {
            var (schedule, same) = (new OpenSchedule(500, rate), new OpenSchedule(500, rate));
            for (var count = 0; count < taken; count++)
            {
                schedule.Take();
                same.Take();
            }

            var overdue = 0;
            while (same.Next < time)
            {
                same.Take();
                overdue++;
            }

            Assert.InRange(schedule.Overdue(time), overdue - 1, overdue);
        }).QuickCheckThrowOnFailure();
}
