using System.Buffers;
using System.Net;
using System.Text;
using Catena.Server.Cluster;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Metrics;
using Catena.Server.Partitions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Http;

/// <summary>The HTTP side of a node: health, metrics and status, for orchestrators, monitoring and people.</summary>
/// <remarks>
/// <c>GET /health/live</c> answers 200 for as long as the process answers at all; <c>GET /health/ready</c> 200 or 503 with the
/// reason; <c>GET /metrics</c> the Prometheus text format; <c>GET /status</c> and <c>GET /digest</c> the documents of
/// <c>docs/status.md</c>; <c>GET /metadata</c> what the node knows without the coordinator. All of these only read; groups of other requests are
/// added to them (<see cref="IEndpointGroup" />). The port is open before the node has found its cluster; until then the first two documents are 503.
/// </remarks>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private const int MaxRequestBytes = 64 << 10;

    private readonly HttpServer _server;
    private readonly IClusterView _cluster;
    private readonly IReadiness _readiness;
    private readonly Func<IReadOnlyList<ReplicaReport>> _replicas;
    private readonly Func<IReadOnlyList<AnnouncementReport>> _announcements;
    private readonly Func<ReadOnlyMemory<byte>> _metadata;
    private readonly Func<IEnumerable<ReplicaDigest>> _digests;
    private readonly SemaphoreSlim _summing = new(1);
    private readonly MetricsRegistry _metrics;
    private readonly IEndpointGroup[] _groups;

    /// <summary>An endpoint that is not bound before <see cref="StartAsync" />.</summary>
    /// <param name="endPoint">Where it listens; port 0 for any free one.</param>
    /// <param name="cluster">The cluster as the node sees it.</param>
    /// <param name="readiness">Whether the node is ready.</param>
    /// <param name="replicas">Tells the node's own replicas; called on any thread.</param>
    /// <param name="digests">Sums up the node's own replicas, one by one as they are asked for; called by one thread at a time.</param>
    /// <param name="announcements">Tells what the node announces; called on any thread.</param>
    /// <param name="metadata">Tells what the node knows of its cluster without the coordinator, as JSON; called on any thread.</param>
    /// <param name="metrics">The node's figures.</param>
    /// <param name="log">Where the HTTP server logs warnings and errors.</param>
    /// <param name="groups">What else is answered.</param>
    public HttpEndpoint(
        IPEndPoint endPoint,
        IClusterView cluster,
        IReadiness readiness,
        Func<IReadOnlyList<ReplicaReport>> replicas,
        Func<IEnumerable<ReplicaDigest>> digests,
        Func<IReadOnlyList<AnnouncementReport>> announcements,
        Func<ReadOnlyMemory<byte>> metadata,
        MetricsRegistry metrics,
        ILogger log,
        params IEndpointGroup[] groups)
    {
        _groups = groups;
        _cluster = cluster;
        _readiness = readiness;
        _replicas = replicas;
        _announcements = announcements;
        _metadata = metadata;
        _digests = digests;
        _metrics = metrics;
        _server = new HttpServer(
            kestrel =>
            {
                kestrel.Limits.MaxConcurrentConnections = MaxConnections;
                kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
                kestrel.Listen(endPoint);
            },
            log);
        var endpoints = _server.Endpoints;
        endpoints.MapGet("/health/live", (RequestDelegate)LiveAsync);
        endpoints.MapGet("/health/ready", (RequestDelegate)ReadyAsync);
        endpoints.MapGet("/metrics", (RequestDelegate)MetricsAsync);
        endpoints.MapGet("/status", (RequestDelegate)StatusAsync);
        endpoints.MapGet("/metadata", (RequestDelegate)MetadataAsync);
        endpoints.MapGet("/digest", (RequestDelegate)DigestAsync);
        foreach (var group in groups)
        {
            group.Map(endpoints);
        }
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Binds and begins to answer.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public Task StartAsync(CancellationToken cancellation) => _server.StartAsync(cancellation);

    /// <summary>Answers what is under way and closes.</summary>
    /// <param name="deadline">When it is cancelled, what is still open is closed at once.</param>
    public Task StopAsync(CancellationToken deadline) => _server.StopAsync(deadline);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Whoever sums up or copies replicas reads memory that the node is about to free.
        await _summing.WaitAsync().ConfigureAwait(false);
        await Task.WhenAll(_groups.Select(group => group.DrainAsync())).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        _summing.Dispose();
    }

    private static Task LiveAsync(HttpContext context) => HttpReplies.WriteStateAsync(context, StatusCodes.Status200OK, "alive", "the process answers");

    private Task ReadyAsync(HttpContext context)
    {
        var readiness = _readiness.Check();
        return readiness.IsReady
            ? HttpReplies.WriteStateAsync(context, StatusCodes.Status200OK, "ready", readiness.Reason)
            : HttpReplies.WriteStateAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready", readiness.Reason);
    }

    private Task MetadataAsync(HttpContext context) => HttpReplies.WriteAsync(context, StatusCodes.Status200OK, "application/json", _metadata());

    private Task MetricsAsync(HttpContext context) =>
        HttpReplies.WriteAsync(context, StatusCodes.Status200OK, PrometheusText.ContentType, Encoding.UTF8.GetBytes(_metrics.Print()));

    private Task NotKnownAsync(HttpContext context) =>
        HttpReplies.WriteStateAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready", _readiness.Check().Reason);

    private Task StatusAsync(HttpContext context)
    {
        if (!_cluster.IsKnown)
        {
            return NotKnownAsync(context);
        }

        return HttpReplies.WriteAsync(context, StatusCodes.Status200OK, "application/json", StatusDocument.Of(_cluster.Current, _replicas(), _announcements()));
    }

    private async Task DigestAsync(HttpContext context)
    {
        if (!_cluster.IsKnown)
        {
            await NotKnownAsync(context).ConfigureAwait(false);
            return;
        }

        var body = new ArrayBufferWriter<byte>();
        await _summing.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            // Off the connection's thread, which should not read a whole node's data; it ends early where nobody waits any more.
            await Task.Run(() => DigestDocument.Write(body, _cluster.Current.Self, UntilAborted(context)), context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            _summing.Release();
        }

        await HttpReplies.WriteAsync(context, StatusCodes.Status200OK, "application/json", body.WrittenMemory).ConfigureAwait(false);
    }

    private IEnumerable<ReplicaDigest> UntilAborted(HttpContext context)
    {
        foreach (var digest in _digests())
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            yield return digest;
        }
    }
}
