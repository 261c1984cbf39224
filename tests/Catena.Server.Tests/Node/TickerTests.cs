using Catena.Server.Node;

namespace Catena.Server.Tests.Node;

public sealed class TickerTests
{
    [Fact]
    public async Task It_ticks_again_when_the_last_tick_said()
    {
        var ticks = 0;
        using var ticker = Of(() => Interlocked.Increment(ref ticks) < 3 ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1));
        ticker.Start();
        await Wait.UntilAsync(() => Volatile.Read(ref ticks) == 3, "there were three ticks");
    }

    [Fact]
    public async Task A_hurry_ends_a_long_rest()
    {
        var ticks = 0;
        using var ticker = Of(() =>
        {
            Interlocked.Increment(ref ticks);
            return TimeSpan.FromHours(1);
        });
        ticker.Start();
        await Wait.UntilAsync(() => Volatile.Read(ref ticks) == 1, "the first tick was over");
        ticker.Hurry();
        await Wait.UntilAsync(() => Volatile.Read(ref ticks) == 2, "the hurry made another");
    }

    [Fact]
    public void It_ends_out_of_a_long_rest()
    {
        var ticker = Of(() => TimeSpan.FromHours(1));
        ticker.Start();
        ticker.Dispose();
    }

    [Fact]
    public async Task What_a_tick_throws_is_told()
    {
        var told = new TaskCompletionSource<Exception>();
        using var ticker = new Ticker(() => throw new InvalidOperationException("broken"), told.SetResult);
        ticker.Start();
        Assert.Equal("broken", (await told.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Message);
    }

    private static Ticker Of(Func<TimeSpan> tick) => new(tick, reason => Assert.Fail(reason.ToString()));
}
