using System.Diagnostics;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>The thread on which the storage makes its checkpoints and compacts its journal, at a bounded rate.</summary>
internal sealed class StorageKeeper : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    private readonly StorageMaintenance _maintenance;
    private readonly IPartitionLocks _locks;
    private readonly Action _syncWanted;
    private readonly Action<Exception> _fatal;
    private readonly double _bytesPerSecond;
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly Thread _thread;

    /// <summary>A keeper that has not begun.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <param name="bytesPerSecond">How much of the disk's time it may take: bytes read and written a second.</param>
    /// <param name="syncWanted">Has the journal flushed; called when there is nothing else to do.</param>
    /// <param name="fatal">Hears of what the node cannot go on after.</param>
    internal StorageKeeper(NodeStorage storage, IPartitionLocks locks, long bytesPerSecond, Action syncWanted, Action<Exception> fatal)
    {
        _maintenance = storage.Maintenance;
        _locks = locks;
        _bytesPerSecond = bytesPerSecond;
        _syncWanted = syncWanted;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = "storage-keeper", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    /// <summary>Ends the thread after the step under way.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
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
            var begun = Stopwatch.GetTimestamp();
            var bytes = 0L;
            while (!_stop.IsSet)
            {
                var step = _maintenance.Step(_locks);
                if (step == 0)
                {
                    _syncWanted();
                    _stop.Wait(Rest);
                    (begun, bytes) = (Stopwatch.GetTimestamp(), 0);
                    continue;
                }

                bytes += step;
                var ahead = TimeSpan.FromSeconds(bytes / _bytesPerSecond) - Stopwatch.GetElapsedTime(begun);
                if (ahead > TimeSpan.FromMilliseconds(2))
                {
                    _stop.Wait(ahead);
                }
            }
        }
        catch (Exception failure)
        {
            _fatal(failure);
        }
    }
}
