using Catena.Server.Metrics;

namespace Catena.Server.PubSub;

/// <summary>What one node counts about published messages.</summary>
internal sealed class PubSubMetrics
{
    /// <summary>Registers the figures.</summary>
    /// <param name="registry">Where they are listed.</param>
    /// <param name="hub">Knows the subscriptions.</param>
    public PubSubMetrics(MetricsRegistry registry, PubSubHub hub)
    {
        Published = registry.Counter("catena_pubsub_published_total", "Messages that clients of this node have published.");
        Delivered = registry.Counter("catena_pubsub_delivered_total", "Messages handed to subscribers of this node, counted once a subscription.");
        Received = registry.Counter("catena_pubsub_received_total", "Published messages that other nodes have sent here.");
        Dropped = registry.Counter(
            "catena_pubsub_dropped_total", "Published messages dropped for one node that cannot be reached or for which too much waits.");
        Late = registry.Counter("catena_pubsub_late_total", "Times that a node did not say in time how many of its clients took a message.");
        Cut = registry.Counter("catena_pubsub_subscribers_cut_total", "Clients with subscriptions cut off because too much waited for them.");
        registry.Gauge("catena_pubsub_channels", "Channels with subscribers at this node.", () => hub.Channels.Count + hub.Sharded.Count);
        registry.Gauge("catena_pubsub_patterns", "Patterns with subscribers at this node.", () => hub.Patterns.Count);
    }

    /// <summary>Messages published here.</summary>
    public Counter Published { get; }

    /// <summary>Messages handed to subscribers here.</summary>
    public Counter Delivered { get; }

    /// <summary>Messages that other nodes have sent.</summary>
    public Counter Received { get; }

    /// <summary>Messages dropped for one node.</summary>
    public Counter Dropped { get; }

    /// <summary>Nodes that did not answer in time.</summary>
    public Counter Late { get; }

    /// <summary>Clients cut off.</summary>
    public Counter Cut { get; }
}
