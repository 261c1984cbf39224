using Catena.Server.Loops;
using Catena.Server.Platform;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>Flushes the journal: group commit for everything that waits.</summary>
/// <remarks>
/// <para>
/// While one flush is under way, appends gather for the next, so that batches grow with load and no timer delays a lone one. What
/// a flush made stable is worked off by whoever flushed, before the next begins.
/// </para>
/// <para>
/// Where a flush need not sync, who has appended does it on the spot (<see cref="TryFlushHere" />), which is no more than a copy. Where it must, the event loop that serves the other nodes does it at the end of its turn as long as the disk
/// is quick: what arrives meanwhile waits for the next sync anyhow, and two changes of threads are spared, on this node and on those that wait for it. On slower disks, where acknowledgements of others would wait too long, a thread of its own syncs.
/// That thread also makes new segments ahead of need, and syncs where only time has passed. Where flushes do not sync it does so beside them, megabyte by megabyte: a segment is synced when it ends, while all wait, and little of it is left then.
/// </para>
/// </remarks>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>After how many bytes that others have flushed the thread looks after space for more, and syncs them.</summary>
    private const long LookAfterBytes = 1 << 20;

    /// <summary>A disk is quick whose quickest sync of late took less, in nanoseconds.</summary>
    private const long QuickSync = 500_000;

    private readonly Lock _flushing = new();
    private readonly NodeStorage _storage;
    private readonly Durability _durability;
    private readonly long _syncInterval;
    private readonly Action _flushed;
    private readonly Action<Exception> _fatal;
    private readonly WakeSignal _wake = new();
    private readonly SyncPace _pace;
    private readonly Thread _thread;
    private JournalTask? _task;
    private long _busySince;
    private long _preparingSince;
    private long _lastSync;
    private long _lookedAt;
    private long _syncedAheadTo;
    private bool _wantsFlush;
    private volatile bool _isStopping;

    internal JournalWriter(NodeStorage storage, NodeOptions options, Action flushed, Action<Exception> fatal, long quickSync = QuickSync)
    {
        _pace = new SyncPace(quickSync);
        _storage = storage;
        _durability = options.Durability;
        _syncInterval = MonotonicClock.Nanoseconds(options.SyncInterval);
        _flushed = flushed;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = "journal", IsBackground = true };
    }

    /// <summary>How long, in nanoseconds, the flush under way, or what is done ahead of need, has taken; 0 where there is neither.</summary>
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

    /// <summary>Has an event loop sync as long as the disk is quick.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="grew">Says in the loop's turn that the journal has grown, so that it is flushed at its end.</param>
    internal void SyncOn(EventLoop loop, Action grew) => Volatile.Write(ref _task, new JournalTask(loop, grew));

    /// <summary>Has the thread sync from now on, whatever the disk: the loop is about to end.</summary>
    internal void SyncOnThread() => Volatile.Write(ref _task, null);

    /// <summary>Says that something was appended. Any thread; never blocks.</summary>
    internal void Grew()
    {
        if (SyncingLoop is { Loop.IsCurrent: false } task)
        {
            task.Signal();
        }
        else
        {
            Volatile.Write(ref _wantsFlush, true);
            _wake.Set();
        }
    }

    /// <summary>Has a flush made, and the thread look after space and memory. Any thread; never blocks.</summary>
    internal void Attend()
    {
        Grew();
        LookForSpace();
    }

    /// <summary>Has the thread look whether a full disk has space again. Any thread; never blocks.</summary>
    internal void LookForSpace() => _wake.Set();

    /// <summary>Flushes on the calling thread, where nobody else is flushing, and no sync is due or the thread is there for it; otherwise has another do it.</summary>
    /// <param name="isFirst">Whether this turn has not flushed before. It syncs once, so that it ends, and what it has for clients and other loops goes out.</param>
    /// <returns>Whether it was flushed here.</returns>
    internal bool TryFlushHere(bool isFirst)
    {
        if (!isFirst && SyncingLoop is { Loop.IsCurrent: true } syncing)
        {
            syncing.Signal();
            return false;
        }

        if (_isStopping || !MayFlushHere || !_flushing.TryEnter())
        {
            Grew();
            return false;
        }

        try
        {
            if (_durability == Durability.Always)
            {
                FlushOnce();
            }
            else if (!TryFlushUnsynced())
            {
                return false;
            }
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
                    lock (_flushing)
                    {
                        FlushOnce();
                    }
                }

                WorkAhead();
            }
        }
        catch (Exception failure)
        {
            _fatal(failure);
        }
    }

    private static long Since(ref long began) => Volatile.Read(ref began) is var since && since == 0 ? 0 : MonotonicClock.Now - since;

    private void WorkAhead()
    {
        // A time of its own: others flush meanwhile, and a disk that hangs here is no less stalled for it.
        Volatile.Write(ref _preparingSince, MonotonicClock.Now);
        var appended = _storage.AppendedBytes;
        Volatile.Write(ref _lookedAt, appended);
        _storage.PrepareSpace();
        if (_durability != Durability.Always && appended - _syncedAheadTo >= LookAfterBytes)
        {
            _syncedAheadTo = appended;
            _storage.SyncAhead();
        }

        Volatile.Write(ref _preparingSince, 0);
    }

    /// <summary>Whether the event loop syncs, and is awake: it will come by, and soon.</summary>
    internal bool IsLoopAtWork => SyncingLoop is { Loop: { IsCurrent: false, IsAsleep: false } };

    /// <summary>Whether an event loop syncs that serves clients, too.</summary>
    internal bool SyncsAmongClients => SyncingLoop is { Loop.ServesClients: true };

    /// <summary>Whether this thread is that loop's.</summary>
    internal bool SyncsHereAmongClients => SyncingLoop is { Loop: { IsCurrent: true, ServesClients: true } };

    /// <summary>The task of the event loop, where it is that which syncs.</summary>
    private JournalTask? SyncingLoop => _durability == Durability.Always && _pace.IsQuick ? Volatile.Read(ref _task) : null;

    private bool MayFlushHere => _durability != Durability.Always || SyncingLoop is { Loop.IsCurrent: true };

    private bool TryFlushUnsynced()
    {
        Volatile.Write(ref _busySince, MonotonicClock.Now);
        if (!_storage.TryFlushUnsynced())
        {
            Grew();
            return false;
        }

        _flushed();
        return true;
    }

    private void FlushOnce()
    {
        var now = MonotonicClock.Now;
        Volatile.Write(ref _busySince, now);
        var isSyncDue = _durability == Durability.Always || (_durability == Durability.Interval && now - _lastSync >= _syncInterval);
        var hadAny = _storage.Flush(isSyncDue);
        if (isSyncDue)
        {
            _lastSync = now;
            if (hadAny)
            {
                _pace.Note(MonotonicClock.Now - now);
            }
        }

        // Also where nothing was left to flush: an earlier flush may have taken an entry before its partition had noted where it ends.
        _flushed();
        Volatile.Write(ref _busySince, 0);
    }
}
