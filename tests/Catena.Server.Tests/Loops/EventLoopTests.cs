using Catena.Server.Loops;
using Catena.Server.Platform;

namespace Catena.Server.Tests.Loops;

public sealed class EventLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void What_is_posted_is_done_on_the_loops_thread()
    {
        using var loop = new EventLoop("loop", new Turns());
        using var task = new CountingTask(loop);
        loop.Start();
        task.Signal();
        Assert.True(task.Ran.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.True(task.RanOnLoop);
        Assert.False(loop.IsCurrent);
    }

    /// <summary>A loop that wakes with the first of many results finds little to do and takes the processor from whoever makes the rest.</summary>
    [Fact]
    public void Who_posts_in_a_turn_wakes_at_its_end()
    {
        var turns = new Turns();
        using var loop = new EventLoop("loop", turns);
        using var first = new CountingTask(loop);
        using var second = new CountingTask(loop);
        loop.Start();
        Assert.True(SpinWait.SpinUntil(() => loop.IsAsleep, Patience));
        turns.IsInTurn = true;
        first.Signal();
        second.Signal();

        // One that had been woken would not sleep again before it had done what was posted.
        Assert.Equal((true, 0, 0), (loop.IsAsleep, first.Ran.CurrentCount, second.Ran.CurrentCount));
        EventLoop.WakeHeld();
        Assert.True(first.Ran.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.True(second.Ran.Wait(Patience, TestContext.Current.CancellationToken));
    }

    private sealed class Turns : ITurns
    {
        public bool IsInTurn { get; set; }
    }

    private sealed class CountingTask(EventLoop loop) : LoopTask(loop), IDisposable
    {
        public SemaphoreSlim Ran { get; } = new(0);

        public bool RanOnLoop { get; private set; }

        public void Dispose() => Ran.Dispose();

        protected override void NoteReady(Readiness readiness)
        {
            // It has no socket.
        }

        protected override bool Pump()
        {
            RanOnLoop = Loop.IsCurrent;
            Ran.Release();
            return false;
        }
    }
}
