using System.Collections.Concurrent;

namespace Catena.Server.Platform;

/// <summary>A few threads for work that nobody waits for by the millisecond and that hardly ever holds a lock, such as copying whole partitions: where processors are short, they go after the threads that serve clients.</summary>
/// <remarks>
/// They are nicer by <see cref="Niceness.OfBulk" />. Threads of the pool cannot be lent to this, since a process may make threads
/// nicer but not take it back. And whoever a nicer thread starts is as nice, which threads of the pool would be that it wakes; so another thread tells what was done. Thread-safe, but for <see cref="Dispose" />: nobody gives work any more by then.
/// </remarks>
internal sealed class BulkThreads : IDisposable
{
    private const int MostThreads = 4;

    private readonly BlockingCollection<Work> _given = [];
    private readonly BlockingCollection<Work> _done = [];
    private readonly Thread[] _threads;
    private readonly Thread _teller;

    /// <summary>Threads that wait for work.</summary>
    /// <param name="name">Their name.</param>
    internal BulkThreads(string name)
    {
        _threads = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount / 2, 1, MostThreads)).Select(_ => new Thread(Run) { Name = name, IsBackground = true })];
        _teller = new Thread(Tell) { Name = $"{name}-done", IsBackground = true };
        Array.ForEach([.. _threads, _teller], thread => thread.Start());
    }

    /// <summary>Has work done on one of them, in the order in which it is given; whoever waits for it goes on on the pool.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Has work that has not begun not begin.</param>
    internal Task<TResult> DoAsync<TResult>(Func<TResult> work, CancellationToken cancellation)
    {
        var given = new Work<TResult>(work, cancellation);
        _given.Add(given, CancellationToken.None);
        return given.Result;
    }

    /// <summary>Ends the threads once they have done what was given to them.</summary>
    public void Dispose()
    {
        _given.CompleteAdding();
        Array.ForEach(_threads, thread => thread.Join());
        _done.CompleteAdding();
        _teller.Join();
        _given.Dispose();
        _done.Dispose();
    }

    private void Run()
    {
        Niceness.RaiseThread(Niceness.OfBulk);
        foreach (var work in _given.GetConsumingEnumerable())
        {
            work.Do();
            _done.Add(work);
        }
    }

    private void Tell()
    {
        foreach (var work in _done.GetConsumingEnumerable())
        {
            work.Tell();
        }
    }

    private abstract class Work
    {
        internal abstract void Do();

        internal abstract void Tell();
    }

    private sealed class Work<TResult>(Func<TResult> work, CancellationToken cancellation) : Work
    {
        private readonly TaskCompletionSource<TResult> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action _tell = () => { };

        internal Task<TResult> Result => _told.Task;

        internal override void Do()
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                var result = work();
                _tell = () => _told.SetResult(result);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                _tell = () => _told.SetCanceled(cancellation);
            }
#pragma warning disable CA1031 // It is told to who waits for the result.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _tell = () => _told.SetException(failure);
            }
        }

        internal override void Tell() => _tell();
    }
}
