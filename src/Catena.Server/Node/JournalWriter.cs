using Catena.Server.Platform;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>The thread that flushes the journal: group commit for everything that waits.</summary>
/// <remarks>
/// While one flush is under way, appends gather for the next, so that batches grow with load and no timer delays a lone one. What
/// a flush made stable is worked off on this thread before the next begins. Where a flush need not sync, who has appended may do it on the spot
/// (<see cref="TryFlushHere" />): that spares two changes of threads, and is no more than a copy.
/// </remarks>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>After how many bytes that others have flushed the thread looks after space for more.</summary>
    private const long LookAfterBytes = 1 << 20;

    private readonly Lock _flushing = new();
    private readonly NodeStorage _storage;
    private readonly Durability _durability;
    private readonly long _syncInterval;
    private readonly Action _flushed;
    private readonly Action<Exception> _fatal;
    private readonly WakeSignal _wake = new();
    private readonly Thread _thread;
    private long _busySince;
    private long _preparingSince;
    private long _lastSync;
    private long _lookedAt;
    private bool _wantsFlush;
    private volatile bool _isStopping;

    internal JournalWriter(NodeStorage storage, NodeOptions options, Action flushed, Action<Exception> fatal)
    {
        _storage = storage;
        _durability = options.Durability;
        _syncInterval = MonotonicClock.Nanoseconds(options.SyncInterval);
        _flushed = flushed;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = "journal", IsBackground = true };
    }

    /// <summary>How long, in nanoseconds, the flush under way, or the making of space for more, has taken; 0 where there is neither.</summary>
    internal long BusyFor => Math.Max(Since(ref _busySince), Since(ref _preparingSince));

    /// <summary>Whether the disk has no space left, not even for what other nodes have decided.</summary>
    internal bool IsExhausted => _storage.IsExhausted;

    /// <summary>Ends the thread after the flush under way.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    internal void Start() => _thread.Start();

    /// <summary>Says that something was appended. Any thread; never blocks.</summary>
    internal void Grew()
    {
        Volatile.Write(ref _wantsFlush, true);
        _wake.Set();
    }

    /// <summary>Flushes on the calling thread, where nobody else is flushing and no sync is due; otherwise has the writer's thread do it. Never blocks on a sync.</summary>
    /// <returns>Whether it was flushed here.</returns>
    internal bool TryFlushHere()
    {
        if (_durability == Durability.Always || _isStopping || !_flushing.TryEnter())
        {
            Grew();
            return false;
        }

        try
        {
            Volatile.Write(ref _busySince, MonotonicClock.Now);
            if (!_storage.TryFlushUnsynced())
            {
                Grew();
                return false;
            }

            _flushed();
        }
        finally
        {
            Volatile.Write(ref _busySince, 0);
            _flushing.Exit();
        }

        if (_storage.AppendedBytes - Volatile.Read(ref _lookedAt) > LookAfterBytes)
        {
            _wake.Set();
        }

        return true;
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                // Under "interval" something may be left to sync though nothing grew.
                var patience = _durability == Durability.Interval ? (int)(_syncInterval / 1_000_000) : Timeout.Infinite;
                _wake.Wait(patience);
                if (Interlocked.Exchange(ref _wantsFlush, false) || _durability == Durability.Interval)
                {
                    FlushOnce();
                }

                PrepareSpace();
            }
        }
        catch (Exception failure)
        {
            _fatal(failure);
        }
    }

    private static long Since(ref long began) => Volatile.Read(ref began) is var since && since == 0 ? 0 : MonotonicClock.Now - since;

    private void PrepareSpace()
    {
        // A time of its own: others flush meanwhile, and a disk that hangs here is no less stalled for it.
        Volatile.Write(ref _preparingSince, MonotonicClock.Now);
        Volatile.Write(ref _lookedAt, _storage.AppendedBytes);
        _storage.PrepareSpace();
        Volatile.Write(ref _preparingSince, 0);
    }

    private void FlushOnce()
    {
        lock (_flushing)
        {
            var now = MonotonicClock.Now;
            Volatile.Write(ref _busySince, now);
            var isSyncDue = _durability == Durability.Always || (_durability == Durability.Interval && now - _lastSync >= _syncInterval);
            _storage.Flush(isSyncDue);
            if (isSyncDue)
            {
                _lastSync = now;
            }

            // Also where nothing was left to flush: an earlier flush may have taken an entry before its partition had noted where it ends.
            _flushed();
            Volatile.Write(ref _busySince, 0);
        }
    }
}
