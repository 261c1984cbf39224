namespace Catena.Server.Transactions;

/// <summary>Runs a node's transactions on the thread pool, one thread at a time.</summary>
/// <remarks>Every piece of news adds one to a counter; who finds it at zero queues the pump, everyone else has only told it to look again.</remarks>
/// <param name="fatal">Ends the process: an invariant is broken.</param>
internal sealed class TransactionPump(Action<Exception> fatal) : IThreadPoolWorkItem
{
    private int _signals;

    /// <summary>Whose work is done; set before the first signal.</summary>
    internal TransactionService Service { get; set; } = null!;

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
                Service.Work();
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
