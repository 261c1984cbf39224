using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Catena.Server.Platform;

/// <summary>A few threads for work that nobody waits for by the millisecond, such as reading whole partitions: where processors are short, they go after the threads that serve clients.</summary>
/// <remarks>
/// They are nicer by <see cref="Niceness" />: they get about a third of the time that others get who want it, and so go on in any case; Linux only, elsewhere they are as others. Threads of the pool cannot be lent to this, since a process may make threads
/// nicer but not take it back; one that the pool starts when it hears of such a thread's result is as nice, and ends when it has been idle for a while. They start with the first work. Thread-safe.
/// </remarks>
internal sealed partial class BulkThreads : TaskScheduler, IDisposable
{
    /// <summary>By how much they are nicer (setpriority(2), nice(2)).</summary>
    internal const int Niceness = 5;

    private const int MostThreads = 4;

    private readonly BlockingCollection<Task> _work = [];
    private readonly Lazy<Thread[]> _threads;

    /// <summary>Threads that have not started.</summary>
    /// <param name="name">Their name.</param>
    internal BulkThreads(string name)
    {
        _threads = new Lazy<Thread[]>(() =>
        {
            var threads = Enumerable.Range(0, MaximumConcurrencyLevel).Select(_ => new Thread(Run) { Name = name, IsBackground = true }).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            return threads;
        });
    }

    /// <inheritdoc />
    public override int MaximumConcurrencyLevel { get; } = Math.Clamp(Environment.ProcessorCount / 2, 1, MostThreads);

    /// <summary>Has work done on one of them; whoever waits for it goes on on the pool.</summary>
    internal Task<TResult> DoAsync<TResult>(Func<TResult> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Ends the threads once they have done what was given to them.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        if (_threads.IsValueCreated)
        {
            Array.ForEach(_threads.Value, thread => thread.Join());
        }

        _work.Dispose();
    }

    /// <inheritdoc />
    protected override void QueueTask(Task task)
    {
        _work.Add(task);
        _ = _threads.Value;
    }

    /// <inheritdoc />
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc />
    protected override IEnumerable<Task> GetScheduledTasks() => _work;

    private void Run()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux it is the thread's own. A system that refuses leaves it as others are.
            _ = Nice(Niceness);
        }

        foreach (var task in _work.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);
}
