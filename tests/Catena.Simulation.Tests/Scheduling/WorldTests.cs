using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Scheduling;

public sealed class WorldTests
{
    [Fact]
    public void Events_happen_by_time_and_those_of_one_moment_in_the_order_of_scheduling()
    {
        var world = new World(1);
        var seen = new List<int>();
        world.Schedule(20, "e", 0, () => seen.Add(3));
        world.Schedule(10, "e", 0, () => seen.Add(1));
        world.Schedule(10, "e", 0, () => seen.Add(2));
        world.RunFor(100);
        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(100, world.Now);
    }

    [Fact]
    public void An_event_scheduled_for_now_happens_after_those_already_due()
    {
        var world = new World(1);
        var seen = new List<int>();
        world.Schedule(5, "e", 0, () =>
        {
            seen.Add(1);
            world.Schedule(0, "e", 0, () => seen.Add(3));
        });
        world.Schedule(5, "e", 0, () => seen.Add(2));
        world.RunFor(5);
        Assert.Equal([1, 2, 3], seen);
    }

    [Fact]
    public void A_cancelled_event_does_not_happen()
    {
        var world = new World(1);
        var happened = false;
        world.Schedule(5, "e", 0, () => happened = true).Cancel();
        world.RunFor(10);
        Assert.False(happened);
        Assert.Equal(0ul, world.Events);
    }

    [Fact]
    public void Running_until_a_condition_stops_at_the_event_that_fulfils_it()
    {
        var world = new World(1);
        var count = 0;
        for (var at = 1; at <= 10; at++)
        {
            world.Schedule(at, "e", 0, () => count++);
        }

        Assert.True(world.RunUntil(() => count == 4, 100));
        Assert.Equal(4, world.Now);
        Assert.False(world.RunUntil(() => count == 11, 100));
        Assert.Equal(104, world.Now);
    }

    [Fact]
    public void One_seed_gives_one_unseed_and_another_seed_another()
    {
        Assert.Equal(UnseedOf(7, 100), UnseedOf(7, 100));
        Assert.NotEqual(UnseedOf(7, 100), UnseedOf(8, 100));
        Assert.NotEqual(UnseedOf(7, 100), UnseedOf(7, 99));
    }

    [Fact]
    public void The_unseed_depends_on_what_happens_to_whom_and_when()
    {
        var plain = Unseed(world => world.Schedule(1, "a", 1, Nothing));
        Assert.NotEqual(plain, Unseed(world => world.Schedule(2, "a", 1, Nothing)));
        Assert.NotEqual(plain, Unseed(world => world.Schedule(1, "b", 1, Nothing)));
        Assert.NotEqual(plain, Unseed(world => world.Schedule(1, "a", 2, Nothing)));
        Assert.Equal(plain, Unseed(world => world.Schedule(1, "a", 1, Nothing)));
    }

    [Fact]
    public void A_concerns_draws_do_not_depend_on_what_others_draw()
    {
        var quiet = new World(3);
        var busy = new World(3);
        for (var draw = 0; draw < 10; draw++)
        {
            busy.Random("other").NextUInt64();
        }

        Assert.Equal(quiet.Random("network").NextUInt64(), busy.Random("network").NextUInt64());
        Assert.NotEqual(quiet.Random("network").NextUInt64(), quiet.Random("disk").NextUInt64());
        Assert.NotEqual(quiet.Random("network").NextUInt64(), new World(4).Random("network").NextUInt64());
    }

    [Fact]
    public void A_violation_stops_the_world()
    {
        var world = new World(1);
        var later = false;
        world.Schedule(1, "e", 0, () => world.Fail("rule", "seen"));
        world.Schedule(2, "e", 0, () => later = true);
        world.RunFor(10);
        Assert.False(later);
        Assert.Equal(1, world.Now);
        Assert.Equal("rule", Assert.Single(world.Violations).Rule);
    }

    [Fact]
    public void Observers_look_after_every_event()
    {
        var world = new World(1);
        var looks = 0;
        world.Observe(() => looks++);
        world.Schedule(1, "e", 0, Nothing);
        world.Schedule(1, "e", 0, Nothing);
        world.RunFor(10);
        Assert.Equal(2, looks);
    }

    [Fact]
    public void A_loop_that_does_not_come_to_rest_is_a_violation()
    {
        var world = new World(1) { EventLimit = 1_000 };
        Again();
        world.RunFor(1);
        Assert.Equal("rest", Assert.Single(world.Violations).Rule);

        void Again() => world.Schedule(0, "again", 0, Again);
    }

    private static ulong UnseedOf(ulong seed, int events) => Unseed(
        world =>
        {
            var random = world.Random("test");
            for (var index = 0; index < events; index++)
            {
                world.Schedule(random.Between(0, 1_000), "e", random.NextUInt64(), Nothing);
            }
        },
        seed);

    private static ulong Unseed(Action<World> arrange, ulong seed = 1)
    {
        var world = new World(seed);
        arrange(world);
        world.RunFor(10_000);
        return world.Unseed;
    }

    private static void Nothing()
    {
    }
}
