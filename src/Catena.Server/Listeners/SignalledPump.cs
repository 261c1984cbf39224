namespace Catena.Server.Listeners;

/// <summary>Work that several threads have news for and one at a time does.</summary>
/// <remarks>
/// Every piece of news adds one to a counter; who finds it at zero runs the pump, everyone else has only told the runner to look again. So at
/// most one thread is in the pump at any time, and nothing in it needs a lock. A pump that always finds more to do goes to the back of the thread
/// pool's queue now and then.
/// </remarks>
internal abstract class SignalledPump : IThreadPoolWorkItem
{
    private const int RoundsBeforeYield = 32;

    private int _signals;

    /// <summary>Makes the pump look again, soon, on another thread.</summary>
    internal void Signal()
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Runs the pump until there is nothing left to do for now.</summary>
    void IThreadPoolWorkItem.Execute() => Run();

    /// <summary>Makes the pump look again, on this thread where nobody else runs it.</summary>
    protected void RunIfIdle()
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            Run();
        }
    }

    /// <summary>Does everything that can be done now.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    protected abstract bool Pump();

    private void Run()
    {
        var rounds = 0;
        while (true)
        {
            var seen = Volatile.Read(ref _signals);
            if (Pump())
            {
                if (++rounds == RoundsBeforeYield)
                {
                    // The counter is left as it is, so the queued item is the one that owns the pump.
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
            }
            else if (Interlocked.Add(ref _signals, -seen) == 0)
            {
                return;
            }
        }
    }
}
