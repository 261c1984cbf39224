namespace Catena.Cli.Bench;

/// <summary>The pauses of a load that is not to ask as fast as it can.</summary>
internal static class BenchPause
{
    /// <summary>Waits for as long as the load says, or until it is asked to stop.</summary>
    public static void Take(BenchOptions options, CancellationToken stop)
    {
        if (options.Pause > TimeSpan.Zero)
        {
            stop.WaitHandle.WaitOne(options.Pause);
        }
    }
}
