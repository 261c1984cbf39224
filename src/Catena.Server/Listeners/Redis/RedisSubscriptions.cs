using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Server.PubSub;

namespace Catena.Server.Listeners.Redis;

/// <summary>What one connection has subscribed to, and the queue of what it is to be told.</summary>
/// <remarks>
/// The connection's pump subscribes and unsubscribes; any thread pushes. A client that does not read what it subscribed to is cut off at
/// <see cref="ListenerOptions.SubscriberOutput" />, so it neither holds up a publisher nor takes memory without end.
/// </remarks>
internal sealed class RedisSubscriptions : ISubscriber
{
    private readonly RedisConnection _connection;
    private readonly PubSubBus _bus;
    private readonly PushQueue _queue;
    private readonly HashSet<byte[]>[] _names =
    [
        new(ByteKeyComparer.Instance), new(ByteKeyComparer.Instance), new(ByteKeyComparer.Instance),
    ];

    private long _overSince;
    private int _isCut;

    /// <summary>No subscriptions.</summary>
    /// <param name="connection">Whose they will be.</param>
    /// <param name="queue">What it is told goes here.</param>
    public RedisSubscriptions(RedisConnection connection, PushQueue queue)
    {
        _connection = connection;
        _bus = connection.Listener.PubSub;
        _queue = queue;
    }

    /// <summary>How many channels and patterns, as confirmations count them.</summary>
    public int Plain => Of(ChannelKind.Channel).Count + Of(ChannelKind.Pattern).Count;

    /// <summary>How many of all kinds.</summary>
    public int Total => Plain + Of(ChannelKind.Sharded).Count;

    /// <summary>The names of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public IReadOnlyCollection<byte[]> Names(ChannelKind kind) => Of(kind);

    /// <summary>What a confirmation counts.</summary>
    /// <param name="kind">The kind of what was subscribed to or no longer is.</param>
    public int CountFor(ChannelKind kind) => kind == ChannelKind.Sharded ? Of(kind).Count : Plain;

    /// <summary>Subscribes, unless that is so already.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    public void Add(ChannelKind kind, ReadOnlySpan<byte> name)
    {
        if (Of(kind).Add(name.ToArray()))
        {
            _bus.Hub.TableOf(kind).Add(name, this);
        }
    }

    /// <summary>Unsubscribes, if there is such a subscription; nothing comes from it after this has returned.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    public void Remove(ChannelKind kind, byte[] name)
    {
        if (Of(kind).Remove(name))
        {
            _bus.Hub.TableOf(kind).Remove(name, this);
        }
    }

    /// <summary>Unsubscribes from everything.</summary>
    public void Clear()
    {
        foreach (var kind in (ReadOnlySpan<ChannelKind>)[ChannelKind.Channel, ChannelKind.Pattern, ChannelKind.Sharded])
        {
            foreach (var name in Of(kind))
            {
                _bus.Hub.TableOf(kind).Remove(name, this);
            }

            Of(kind).Clear();
        }
    }

    /// <inheritdoc />
    public bool Push(ReadOnlySpan<byte> message)
    {
        var queued = _connection.QueuedBytes;
        if (Volatile.Read(ref _isCut) != 0 || IsOver(queued, message.Length))
        {
            return false;
        }

        if (!_queue.TryAdd(_connection.Version == RespVersion.Resp3 ? message[0] : (byte)'*', message[1..]))
        {
            return false;
        }

        _connection.Signal();
        return true;
    }

    /// <summary>Cuts the client off if more than the soft limit has waited for too long, though nothing new has come.</summary>
    public void Look() => IsOver(_connection.QueuedBytes, 0);

    private HashSet<byte[]> Of(ChannelKind kind) => _names[(int)kind - 1];

    private bool IsOver(long queued, int more)
    {
        var limit = _connection.Listener.Options.SubscriberOutput;
        var isOver = limit.HardBytes > 0 && queued + more > limit.HardBytes;
        if (limit.SoftBytes == 0 || queued + more <= limit.SoftBytes)
        {
            Volatile.Write(ref _overSince, 0);
        }
        else if (Volatile.Read(ref _overSince) is var since && since == 0)
        {
            Volatile.Write(ref _overSince, _connection.Listener.Time.GetTimestamp());
        }
        else
        {
            isOver |= _connection.Listener.Time.GetElapsedTime(since) > limit.SoftTime;
        }

        if (isOver && Interlocked.Exchange(ref _isCut, 1) == 0)
        {
            _bus.Metrics.Cut.Increment();
            ListenerLog.SubscriberCut(_connection.Listener.Log, _connection.Id, queued);
            _connection.Abort();
        }

        return isOver;
    }
}
