using Catena.Server.Metrics;

namespace Catena.Server.Listeners;

/// <summary>What one listener counts.</summary>
internal sealed class ListenerMetrics
{
    /// <summary>Registers the figures of one listener.</summary>
    /// <param name="registry">Where they are listed.</param>
    /// <param name="protocol">The protocol's name, which tells listeners apart.</param>
    public ListenerMetrics(MetricsRegistry registry, string protocol)
    {
        MetricLabel[] labels = [new("protocol", protocol)];
        Accepted = registry.Counter("catena_connections_accepted_total", "Client connections accepted.", labels);
        Rejected = registry.Counter("catena_connections_rejected_total", "Client connections closed at once for want of room.", labels);
        Open = registry.Gauge("catena_connections", "Client connections open now.", labels);
        Requests = registry.Counter("catena_requests_total", "Requests taken from clients.", labels);
        Malformed = registry.Counter("catena_protocol_errors_total", "Connections closed because what they sent is no request.", labels);
        BytesReceived = registry.Counter("catena_received_bytes_total", "Bytes received from clients.", labels);
        BytesSent = registry.Counter("catena_sent_bytes_total", "Bytes sent to clients.", labels);
    }

    /// <summary>Connections accepted.</summary>
    public Counter Accepted { get; }

    /// <summary>Connections closed at once for want of room.</summary>
    public Counter Rejected { get; }

    /// <summary>Connections open now.</summary>
    public Gauge Open { get; }

    /// <summary>Requests taken.</summary>
    public Counter Requests { get; }

    /// <summary>Connections closed because of what they sent.</summary>
    public Counter Malformed { get; }

    /// <summary>Bytes received.</summary>
    public Counter BytesReceived { get; }

    /// <summary>Bytes sent.</summary>
    public Counter BytesSent { get; }
}
