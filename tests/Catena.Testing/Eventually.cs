using System.Diagnostics;

namespace Catena.Testing;

/// <summary>Waits for conditions that nobody reports, with a deadline that a test that passes never reaches.</summary>
public static class Eventually
{
    /// <summary>How long is waited where nothing else is said.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <exception cref="TimeoutException">It did not by the deadline.</exception>
    public static async Task TrueAsync(string what, TimeSpan deadline, Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            if (watch.Elapsed > deadline)
            {
                throw new TimeoutException($"after {deadline.TotalSeconds} s it is still not so that {what}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Asks again and again until a condition holds, for <see cref="Deadline" /> at most.</summary>
    public static Task TrueAsync(string what, Func<Task<bool>> condition) => TrueAsync(what, Deadline, condition);

    /// <summary>Looks again and again until a condition holds, for <see cref="Deadline" /> at most.</summary>
    public static Task TrueAsync(string what, Func<bool> condition) => TrueAsync(what, Deadline, () => Task.FromResult(condition()));
}
