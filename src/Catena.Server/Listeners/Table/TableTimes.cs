using System.Diagnostics;

namespace Catena.Server.Listeners.Table;

/// <summary>How many requests a table service has answered, and how long they took together. Thread-safe.</summary>
internal sealed class TableTimes
{
    private long _operations;
    private long _ticks;

    /// <summary>How many requests were answered.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>How long they took together: each from when it was read to when its reply was complete.</summary>
    public long Microseconds => (long)Stopwatch.GetElapsedTime(0, Volatile.Read(ref _ticks)).TotalMicroseconds;

    /// <summary>Notes a request that was answered.</summary>
    /// <param name="begunAt">When it was read, by Stopwatch.</param>
    /// <param name="doneAt">When its reply was complete.</param>
    public void Add(long begunAt, long doneAt)
    {
        Interlocked.Increment(ref _operations);
        Interlocked.Add(ref _ticks, Math.Max(doneAt - begunAt, 0));
    }
}
