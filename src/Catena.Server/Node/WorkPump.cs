namespace Catena.Server.Node;

/// <summary>Has a piece of the node's work done on the thread pool, one thread at a time.</summary>
/// <remarks>Every piece of news adds one to a counter; who finds it at zero queues the pump, everyone else has only told it to look again.</remarks>
/// <param name="fatal">Ends the process: an invariant is broken.</param>
internal sealed class WorkPump(Action<Exception> fatal) : IThreadPoolWorkItem
{
    private int _signals;

    /// <summary>Does all that there is to do; set before the first signal.</summary>
    internal Action Work { get; set; } = null!;

    /// <summary>Has the work done soon, on another thread.</summary>
    internal void Signal()
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <inheritdoc />
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref _signals);
                Work();
            }
            while (Interlocked.Add(ref _signals, -seen) != 0);
        }
        catch (Exception failure)
        {
            fatal(failure);
            throw;
        }
    }
}
