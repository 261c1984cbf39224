using System.Buffers;
using Catena.Protocols.Resp;

namespace Catena.Server.PubSub;

/// <summary>The subscriptions of the clients of this node, and the way of a message to them.</summary>
/// <remarks>Thread-safe. Nothing here waits for a client; what a slow one misses is decided by its <see cref="ISubscriber" />.</remarks>
internal sealed class PubSubHub
{
    private const int Stripes = 32;
    private const int KeptBytes = 256 << 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>Subscriptions to channels.</summary>
    public SubscriptionTable Channels { get; } = new(Stripes);

    /// <summary>Subscriptions to patterns of channels; all of them are looked at for each message.</summary>
    public SubscriptionTable Patterns { get; } = new(1);

    /// <summary>Subscriptions to sharded channels.</summary>
    public SubscriptionTable Sharded { get; } = new(Stripes);

    /// <summary>The subscriptions of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public SubscriptionTable TableOf(ChannelKind kind) => kind switch
    {
        ChannelKind.Channel => Channels,
        ChannelKind.Pattern => Patterns,
        _ => Sharded,
    };

    /// <summary>Gives a message to all clients of this node that have subscribed to its channel.</summary>
    /// <param name="kind">Whether the channel is sharded.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="message">The message.</param>
    /// <returns>How many took it, each counted once a subscription.</returns>
    public int Deliver(ChannelKind kind, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        var table = TableOf(kind);
        var count = 0;
        if (table.Count > 0)
        {
            var scratch = _scratch ??= new ArrayBufferWriter<byte>(1024);
            scratch.ResetWrittenCount();
            var writer = new RespWriter(scratch, RespVersion.Resp3);
            writer.WritePushHeader(3);
            writer.WriteBulk(kind == ChannelKind.Sharded ? "smessage"u8 : "message"u8);
            writer.WriteBulk(channel);
            writer.WriteBulk(message);
            count = table.Deliver(channel, scratch.WrittenSpan);
            if (scratch.Capacity > KeptBytes)
            {
                _scratch = null;
            }
        }

        return kind == ChannelKind.Channel ? count + Patterns.DeliverMatching(channel, message, WritePatternMessage) : count;
    }

    private static void WritePatternMessage(
        IBufferWriter<byte> output, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        var writer = new RespWriter(output, RespVersion.Resp3);
        writer.WritePushHeader(4);
        writer.WriteBulk("pmessage"u8);
        writer.WriteBulk(pattern);
        writer.WriteBulk(channel);
        writer.WriteBulk(message);
    }
}
