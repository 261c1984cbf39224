using System.Collections.Concurrent;

namespace Catena.ZooKeeper.Server;

/// <summary>The one thread that drives a <see cref="ServerEngine" />: what has come while it was busy makes the next batch.</summary>
/// <remarks>The queue is bounded by the connections, each of which has one piece of work in it at a time.</remarks>
internal sealed class EngineThread : IDisposable
{
    private const int LargestBatch = 256;

    private readonly BlockingCollection<ServerWork> _queue = [];
    private readonly List<(ServerWork Work, (SequencePosition, bool) Outcome)> _done = [];
    private readonly ServerEngine _engine;
    private readonly EmbeddedZooKeeperServerOptions _options;
    private readonly Thread _thread;
    private long _lastTick;

    /// <summary>Starts the thread.</summary>
    /// <param name="engine">What it drives.</param>
    /// <param name="options">The server's options.</param>
    public EngineThread(ServerEngine engine, EmbeddedZooKeeperServerOptions options)
    {
        _engine = engine;
        _options = options;
        _lastTick = options.TimeProvider.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "catena-zookeeper" };
        _thread.Start();
    }

    /// <summary>Puts work behind all other.</summary>
    /// <param name="work">The work.</param>
    /// <returns>False where the thread takes no more.</returns>
    public bool TryPost(ServerWork work)
    {
        try
        {
            _queue.Add(work);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Does what is queued, takes no more, and ends the thread.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (var first in _queue.GetConsumingEnumerable())
            {
                Do(first);
                while (_done.Count < LargestBatch && _queue.TryTake(out var more))
                {
                    Do(more);
                }

                _engine.Finish();
                foreach (var (work, outcome) in _done)
                {
                    work.Outcome?.SetResult(outcome);
                }

                _done.Clear();
            }
        }
#pragma warning disable CA1031 // Whatever it is: what is on disk or in memory can no longer be trusted, so the process must not go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ServerLog.Fatal(_options.Logger, e);
            _options.Fatal(e);
            Abandon();
        }
    }

    private void Abandon()
    {
        _queue.CompleteAdding();
        foreach (var work in _done.Select(done => done.Work).Concat(_queue.GetConsumingEnumerable()))
        {
            work.Outcome?.TrySetCanceled();
        }
    }

    private void Do(ServerWork work)
    {
        var outcome = (default(SequencePosition), false);
        _done.Add((work, outcome));
        switch (work.Kind)
        {
            case ServerWorkKind.Open:
                _engine.Open(work.Link!);
                break;
            case ServerWorkKind.Receive:
                outcome = _engine.Receive(work.Link!, work.Received);
                break;
            case ServerWorkKind.Gone:
                _engine.Gone(work.Link!);
                break;
            default:
                var now = _options.TimeProvider.GetTimestamp();
                _engine.Tick((long)_options.TimeProvider.GetElapsedTime(_lastTick, now).TotalMilliseconds);
                _lastTick = now;
                break;
        }

        _done[^1] = (work, outcome);
    }
}
