using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Http;

/// <summary>One port of HTTP, with nothing of what a web application has besides. Not bound before <see cref="StartAsync" />.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    /// <summary>A server without endpoints.</summary>
    /// <param name="configure">Sets limits, and where it listens.</param>
    /// <param name="log">Where the server logs warnings and errors.</param>
    internal HttpServer(Action<KestrelServerOptions> configure, ILogger log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            configure(kestrel);
        });
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new HttpLogProvider(log));

        // The node decides when to stop, not the terminal's signals.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _app = builder.Build();
        _app.UseRouting();
    }

    /// <summary>Takes endpoints, before it is started.</summary>
    internal IEndpointRouteBuilder Endpoints => _app;

    /// <summary>Where it listens, once started.</summary>
    internal IPEndPoint EndPoint
    {
        get
        {
            var addresses = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
            var address = BindingAddress.Parse(addresses.Addresses.First());
            return new IPEndPoint(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port);
        }
    }

    /// <summary>Binds and begins to answer.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    internal Task StartAsync(CancellationToken cancellation) => _app.StartAsync(cancellation);

    /// <summary>Answers what is under way and closes.</summary>
    /// <param name="deadline">When it is cancelled, what is still open is closed at once.</param>
    internal Task StopAsync(CancellationToken deadline) => _app.StopAsync(deadline);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
