using System.Diagnostics;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>The thread on which the storage makes its checkpoints, compacts its journal and reads it again, at bounded rates.</summary>
/// <remarks>
/// The rate is a fixed one and twice what is appended meanwhile: compaction that is slower than the writes which make it necessary would let the disk fill up. On a disk
/// that is full there is no limit: deletes go on only as long as it frees space for them.
/// </remarks>
internal sealed class StorageKeeper : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UrgentRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(2);

    private readonly NodeStorage _storage;
    private readonly IPartitionLocks _locks;
    private readonly Action _syncWanted;
    private readonly Action<Exception> _fatal;
    private readonly double _bytesPerSecond;
    private readonly ScrubPace _scrub;
    private readonly ManualResetEventSlim _stop = new(false, spinCount: 0);
    private readonly Thread _thread;

    /// <summary>A keeper that has not begun.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <param name="bytesPerSecond">How many bytes it may read and write a second, beyond twice what is appended meanwhile.</param>
    /// <param name="scrub">What reads everything again beside that.</param>
    /// <param name="syncWanted">Has the journal flushed; called when there is nothing else to do.</param>
    /// <param name="fatal">Hears of what the node cannot go on after.</param>
    internal StorageKeeper(NodeStorage storage, IPartitionLocks locks, long bytesPerSecond, ScrubPace scrub, Action syncWanted, Action<Exception> fatal)
    {
        _storage = storage;
        _locks = locks;
        _bytesPerSecond = bytesPerSecond;
        _scrub = scrub;
        _syncWanted = syncWanted;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = "storage-keeper", IsBackground = true };
    }

    /// <summary>Ends the thread after the step under way.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _stop.Dispose();
    }

    internal void Start() => _thread.Start();

    private void Run()
    {
        try
        {
            while (!_stop.IsSet)
            {
                WorkUntilDone();
                _syncWanted();
                ScrubFor(_storage.IsShortOfSpace ? UrgentRest : Rest);
            }
        }
        catch (Exception failure)
        {
            _fatal(failure);
        }
    }

    private void ScrubFor(TimeSpan time)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var left = time; left > TimeSpan.Zero && !_stop.IsSet; left = time - Stopwatch.GetElapsedTime(begun))
        {
            var wait = _scrub.Step();
            _stop.Wait(wait >= TimeSpan.Zero && wait < left ? wait : left);
        }
    }

    private void WorkUntilDone()
    {
        var begun = Stopwatch.GetTimestamp();
        var appended = _storage.AppendedBytes;
        var bytes = 0L;
        for (var step = _storage.Maintenance.Step(_locks); step > 0 && !_stop.IsSet; step = _storage.Maintenance.Step(_locks))
        {
            bytes += step;
            var owed = bytes - (2 * (_storage.AppendedBytes - appended));
            var ahead = TimeSpan.FromSeconds(owed / _bytesPerSecond) - Stopwatch.GetElapsedTime(begun);
            if (ahead > LeastWait && !_storage.IsShortOfSpace)
            {
                _stop.Wait(ahead);
            }
        }
    }
}
