namespace Catena.Cli.CommandLine;

/// <summary>Waiting for a cancellation as for any other event, without an exception at its end.</summary>
internal static class CancellationWaits
{
    /// <summary>Ends when the token is cancelled, or after a time.</summary>
    /// <param name="token">The token.</param>
    /// <param name="atMost">The time; for ever where null.</param>
    public static Task WaitAsync(this CancellationToken token, TimeSpan? atMost = null) =>
        Task.Delay(atMost ?? Timeout.InfiniteTimeSpan, token)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
