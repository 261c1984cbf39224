using System.Diagnostics;

namespace Catena.Server.Tests;

/// <summary>Waits for conditions.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until a condition holds, and fails where it does not in time.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What it means, for the failure's message.</param>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                Assert.Fail($"In vain waited until {what}.");
            }

            await Task.Delay(2);
        }
    }
}
