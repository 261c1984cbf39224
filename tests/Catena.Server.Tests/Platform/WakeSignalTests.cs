using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

public sealed class WakeSignalTests
{
    [Fact]
    public void What_was_set_before_ends_one_wait_at_once()
    {
        using var signal = new WakeSignal();
        signal.Set();
        signal.Set();
        signal.Wait(-1);

        // Nothing is left of it: this ends by its time.
        signal.Wait(1);
    }

    [Fact]
    public async Task Every_set_is_seen_by_a_thread_that_waits_again_and_again()
    {
        const int Times = 20_000;
        using var signal = new WakeSignal();
        var said = 0;
        var heard = 0;
        var listener = Task.Run(() =>
        {
            while (Volatile.Read(ref heard) < Times)
            {
                signal.Wait(-1);
                Volatile.Write(ref heard, Volatile.Read(ref said));
            }
        });
        var speakers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (var time = 0; time < Times / 2; time++)
            {
                Interlocked.Increment(ref said);
                signal.Set();
            }
        }));
        await Task.WhenAll(speakers);
        await listener.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(Times, heard);
    }
}
