using System.Buffers;
using Catena.Core.Primitives;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.PubSub;

/// <summary>Who has subscribed to which names, of one kind, at this node.</summary>
/// <remarks>
/// Thread-safe. Names are spread over stripes, each with its lock, under which also their messages are given out. So the messages of one
/// channel reach all its subscribers in one order, and once <see cref="Remove" /> has returned nothing more comes.
/// </remarks>
internal sealed class SubscriptionTable
{
    private readonly Stripe[] _stripes;
    private int _count;

    /// <summary>A table without subscriptions.</summary>
    /// <param name="stripes">How many locks there are; a power of two.</param>
    public SubscriptionTable(int stripes)
    {
        _stripes = new Stripe[stripes];
        foreach (ref var stripe in _stripes.AsSpan())
        {
            stripe = new Stripe();
        }
    }

    /// <summary>How many names have subscribers.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a subscription.</summary>
    /// <param name="name">The name.</param>
    /// <param name="subscriber">Who subscribes, and has not yet.</param>
    public void Add(ReadOnlySpan<byte> name, ISubscriber subscriber)
    {
        var stripe = StripeOf(name);
        lock (stripe.Sync)
        {
            if (!stripe.ByBytes.TryGetValue(name, out var subscribers))
            {
                subscribers = [];
                stripe.Subscribers.Add(name.ToArray(), subscribers);
                Interlocked.Increment(ref _count);
            }

            subscribers.Add(subscriber);
        }
    }

    /// <summary>Removes a subscription; nothing comes from it after this has returned.</summary>
    /// <param name="name">The name.</param>
    /// <param name="subscriber">Who subscribed.</param>
    public void Remove(ReadOnlySpan<byte> name, ISubscriber subscriber)
    {
        var stripe = StripeOf(name);
        lock (stripe.Sync)
        {
            if (stripe.ByBytes.TryGetValue(name, out var subscribers) && subscribers.Remove(subscriber) && subscribers.Count == 0)
            {
                stripe.ByBytes.Remove(name);
                Interlocked.Decrement(ref _count);
            }
        }
    }

    /// <summary>Gives a message to everyone who has subscribed to a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="message">The message.</param>
    /// <returns>How many took it.</returns>
    public int Deliver(ReadOnlySpan<byte> name, ReadOnlySpan<byte> message)
    {
        if (Count == 0)
        {
            return 0;
        }

        var stripe = StripeOf(name);
        lock (stripe.Sync)
        {
            return stripe.ByBytes.TryGetValue(name, out var subscribers) ? Push(subscribers, message) : 0;
        }
    }

    /// <summary>Gives a message to everyone who has subscribed to a pattern that a channel matches, once for each pattern.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="message">The message.</param>
    /// <param name="write">Writes what subscribers of a pattern are given: pattern, channel, message, where to.</param>
    /// <returns>How many times it was taken.</returns>
    public int DeliverMatching(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, PatternMessageWriter write)
    {
        if (Count == 0)
        {
            return 0;
        }

        var count = 0;
        var encoded = new ArrayBufferWriter<byte>(channel.Length + message.Length + 128);
        foreach (var stripe in _stripes)
        {
            lock (stripe.Sync)
            {
                foreach (var (pattern, subscribers) in stripe.Subscribers)
                {
                    if (new GlobPattern(pattern).IsMatch(channel))
                    {
                        encoded.ResetWrittenCount();
                        write(encoded, pattern, channel, message);
                        count += Push(subscribers, encoded.WrittenSpan);
                    }
                }
            }
        }

        return count;
    }

    /// <summary>How many have subscribed to a name.</summary>
    /// <param name="name">The name.</param>
    public int CountOf(ReadOnlySpan<byte> name)
    {
        var stripe = StripeOf(name);
        lock (stripe.Sync)
        {
            return stripe.ByBytes.TryGetValue(name, out var subscribers) ? subscribers.Count : 0;
        }
    }

    /// <summary>The names that match a pattern and have subscribers, with how many.</summary>
    /// <param name="pattern">The pattern.</param>
    public List<(byte[] Name, int Count)> Find(ReadOnlySpan<byte> pattern)
    {
        var found = new List<(byte[], int)>();
        foreach (var stripe in _stripes)
        {
            lock (stripe.Sync)
            {
                foreach (var (name, subscribers) in stripe.Subscribers)
                {
                    if (new GlobPattern(pattern).IsMatch(name))
                    {
                        found.Add((name, subscribers.Count));
                    }
                }
            }
        }

        return found;
    }

    private static int Push(HashSet<ISubscriber> subscribers, ReadOnlySpan<byte> message)
    {
        var count = 0;
        foreach (var subscriber in subscribers)
        {
            if (subscriber.Push(message))
            {
                count++;
            }
        }

        return count;
    }

    private Stripe StripeOf(ReadOnlySpan<byte> name) => _stripes[ByteKeyComparer.Instance.GetHashCode(name) & (_stripes.Length - 1)];

    private sealed class Stripe
    {
        public Stripe() => ByBytes = Subscribers.GetAlternateLookup<ReadOnlySpan<byte>>();

        public Lock Sync { get; } = new();

        public Dictionary<byte[], HashSet<ISubscriber>> Subscribers { get; } = new(ByteKeyComparer.Instance);

        public Dictionary<byte[], HashSet<ISubscriber>>.AlternateLookup<ReadOnlySpan<byte>> ByBytes { get; }
    }
}
