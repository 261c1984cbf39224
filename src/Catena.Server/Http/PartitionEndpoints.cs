using System.Globalization;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Backups;
using Catena.Server.Node;
using Catena.Server.Partitions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Http;

/// <summary>The requests by which tools have partitions pass into another configuration: a higher epoch, another mode of replication.</summary>
/// <remarks>
/// They are answered at once: what was asked for is proposed to the coordinator by each partition's first member, and forgotten where that
/// changes meanwhile. Whoever asks looks whether it has come about (<c>GET /backup/partitions</c>), and asks again if not.
/// </remarks>
/// <param name="core">The node; null until it runs.</param>
internal sealed class PartitionEndpoints(Func<NodeCore?> core) : IEndpointGroup
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        HttpQuery.MapPost(routes, "/partitions/epoch", RaiseEpochAsync);
        HttpQuery.MapPost(routes, "/partitions/mode", ChangeModeAsync);
    }

    /// <inheritdoc />
    public Task DrainAsync() => Task.CompletedTask;

    private Task RaiseEpochAsync(HttpContext context)
    {
        var least = HttpQuery.Number(context, "least", 0);
        if (least is < 1 or > (1L << 48))
        {
            throw new BadHttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{least} is no epoch to reach"));
        }

        return AskAsync(context, Served(core()), host => host.AskEpoch(new Epoch((ulong)least)));
    }

    private Task ChangeModeAsync(HttpContext context)
    {
        var name = context.Request.Query["mode"].ToString();
        if (!ReplicationModes.TryParse(name, out var mode))
        {
            throw new BadHttpRequestException($"'{name}' is no mode: it is one of {string.Join(", ", ReplicationModes.Names)}");
        }

        var only = HttpQuery.Number(context, "partition", -1);
        var served = Served(core());
        if (only < 0 || served is null)
        {
            return AskAsync(context, served, host => host.AskMode(mode));
        }

        return served.Find(host => host.Id.Value == only) is { } one
            ? AskAsync(context, [one], host => host.AskMode(mode))
            : HttpQuery.RefuseAsync(context, FailureCodes.Of(ReadRefusal.NotMine));
    }

    private static List<PartitionHost>? Served(NodeCore? node) => node?.Hosts.Where(host => host.IsServing).ToList();

    private static Task AskAsync(HttpContext context, List<PartitionHost>? hosts, Action<PartitionHost> ask)
    {
        if (hosts is null)
        {
            return HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NotReady, "the node does not run yet"));
        }

        hosts.ForEach(ask);
        return HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("asked");
            hosts.ForEach(host => json.WriteNumberValue(host.Id.Value));
            json.WriteEndArray();
        });
    }
}
