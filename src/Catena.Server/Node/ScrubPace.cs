using System.Diagnostics;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>Lets the scrubber read at a low rate: pass after pass, with a rest between them.</summary>
/// <param name="scrubber">The scrubber.</param>
/// <param name="locks">Lends the partitions' locks, and hears of damage.</param>
/// <param name="bytesPerSecond">How many bytes it may read a second; 0 for none at all.</param>
/// <param name="rest">How long it rests after a pass.</param>
internal sealed class ScrubPace(StorageScrubber scrubber, IPartitionLocks locks, long bytesPerSecond, TimeSpan rest)
{
    private long _since = Stopwatch.GetTimestamp();
    private TimeSpan _wait;

    /// <summary>Reads a piece, if it is time.</summary>
    /// <returns>How long it is until the next.</returns>
    internal TimeSpan Step()
    {
        if (bytesPerSecond == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = _wait - Stopwatch.GetElapsedTime(_since);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        _since = Stopwatch.GetTimestamp();
        var bytes = scrubber.Step(locks);
        return _wait = bytes == 0 ? rest : TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
    }
}
