using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Catena.ZooKeeper.Client;

/// <summary>Runs callbacks one after the other, in the order in which their events came, on a thread that nothing else waits for.</summary>
/// <param name="logger">Hears of callbacks that throw.</param>
internal sealed class EventDispatcher(ILogger logger)
{
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    private int _count;

    /// <summary>How many callbacks wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Puts a callback behind the others.</summary>
    /// <param name="callback">What is to run.</param>
    public void Post(Action callback)
    {
        Interlocked.Increment(ref _count);
        _queue.Writer.TryWrite(callback);
    }

    /// <summary>Says that nothing more comes.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Runs callbacks until <see cref="Complete" /> was called and none is left.</summary>
    public async Task RunAsync()
    {
        await foreach (var callback in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Interlocked.Decrement(ref _count);
            try
            {
                callback();
            }
#pragma warning disable CA1031 // A callback is foreign code: whatever it throws is its own, and the events behind it are not to be lost.
            catch (Exception e)
#pragma warning restore CA1031
            {
                ClientLog.CallbackFailed(logger, e);
            }
        }
    }
}
