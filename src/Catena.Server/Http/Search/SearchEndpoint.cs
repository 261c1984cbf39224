using System.Net;
using Catena.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Http.Search;

/// <summary>The port of the search service.</summary>
internal sealed class SearchEndpoint : IAsyncDisposable
{
    /// <summary>What a body may have beyond the longest value: the key, and JSON around both.</summary>
    private const int BodySlack = 128 << 10;

    private readonly HttpServer _server;
    private readonly IEndpointGroup _requests;

    /// <summary>An endpoint that is not bound before <see cref="StartAsync" />.</summary>
    /// <param name="endPoint">Where it listens; port 0 for any free one.</param>
    /// <param name="maxClients">How many connections it takes; further ones are closed at once.</param>
    /// <param name="maxValueBytes">The longest value.</param>
    /// <param name="requests">What it answers.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    /// <param name="log">Where the HTTP server logs warnings and errors.</param>
    public SearchEndpoint(IPEndPoint endPoint, int maxClients, int maxValueBytes, IEndpointGroup requests, MetricsRegistry metrics, ILogger log)
    {
        _requests = requests;
        MetricLabel label = new("protocol", "search");
        var accepted = metrics.Counter("catena_connections_accepted_total", "Client connections accepted.", label);
        var open = 0;
        metrics.Gauge("catena_connections", "Client connections open now.", () => Volatile.Read(ref open), label);
        _server = new HttpServer(
            kestrel =>
            {
                kestrel.Limits.MaxConcurrentConnections = maxClients;
                kestrel.Limits.MaxRequestBodySize = (long)maxValueBytes + BodySlack;

                // A key of the greatest length, every byte of it escaped, stands in the first line.
                kestrel.Limits.MaxRequestLineSize = (3 * (1 << 16)) + 1024;
                kestrel.Listen(endPoint, listen => listen.Use(next => async connection =>
                {
                    accepted.Increment();
                    Interlocked.Increment(ref open);
                    try
                    {
                        await next(connection).ConfigureAwait(false);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref open);
                    }
                }));
            },
            log);
        requests.Map(_server.Endpoints);
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
        await _requests.DrainAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
