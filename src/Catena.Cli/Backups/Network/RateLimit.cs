namespace Catena.Cli.Backups.Network;

/// <summary>Keeps a transfer under so many bytes a second. Thread-safe.</summary>
/// <param name="bytesPerSecond">The rate; 0 for none.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _freeFrom = time.GetTimestamp();

    /// <summary>Takes note of bytes that were transferred, and waits until the next may be.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="cancellation">Gives up.</param>
    public ValueTask TakeAsync(int bytes, CancellationToken cancellation)
    {
        if (bytesPerSecond == 0)
        {
            return ValueTask.CompletedTask;
        }

        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _freeFrom = Math.Max(_freeFrom, now) + (long)((double)bytes / bytesPerSecond * time.TimestampFrequency);
            wait = time.GetElapsedTime(now, _freeFrom);
        }

        return new ValueTask(Task.Delay(wait, time, cancellation));
    }
}
