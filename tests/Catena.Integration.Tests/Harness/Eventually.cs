using System.Diagnostics;

namespace Catena.Integration.Tests.Harness;

/// <summary>Waits for conditions of the world outside, which nobody reports.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    internal static async Task TrueAsync(string what, TimeSpan deadline, Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            Assert.True(watch.Elapsed < deadline, $"after {deadline.TotalSeconds} s it is still not so that {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
