using System.Threading.Channels;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>Collects what a callback is told, to be asked for in order.</summary>
internal sealed class Heard<T>
{
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();

    /// <summary>The callback.</summary>
    public void Tell(T what) => _channel.Writer.TryWrite(what);

    /// <summary>The next thing that is told, or a failure once the deadline has passed.</summary>
    public Task<T> Next() => _channel.Reader.ReadAsync().AsTask().Soon();

    /// <summary>Whether nothing waits to be asked for.</summary>
    public bool IsEmpty => _channel.Reader.Count == 0;
}
