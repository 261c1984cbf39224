using Catena.Core.Transactions;
using Catena.Server.Backups;
using Catena.Server.Node;
using Catena.Server.Transactions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Http;

/// <summary>The requests by which tools see what partitions keep of transactions, and have one aborted that stays.</summary>
/// <param name="core">The node; null until it runs.</param>
/// <param name="transactions">Its transactions.</param>
internal sealed class TransactionEndpoints(Func<NodeCore?> core, Func<TransactionService?> transactions) : IEndpointGroup
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        HttpQuery.MapGet(routes, "/transactions", ListAsync);
        HttpQuery.MapPost(routes, "/transactions/abort", AbortAsync);
    }

    /// <inheritdoc />
    public Task DrainAsync() => Task.CompletedTask;

    private async Task ListAsync(HttpContext context)
    {
        if (core() is not { } node || transactions() is not { } service)
        {
            await NotReadyAsync(context);
            return;
        }

        var work = await service.ListAsync();
        await HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("coordinated", work.Count);
            json.WriteStartArray("work");
            foreach (var one in work)
            {
                json.WriteStartObject();
                json.WriteString("id", one.Id.ToString());
                json.WriteString("step", one.Step);
                json.WriteStartArray("awaits");
                foreach (var partition in one.Awaited)
                {
                    json.WriteNumberValue(partition.Value);
                }

                json.WriteEndArray();
                json.WriteNumber("ageMilliseconds", one.Age / 1_000_000);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("transactions");
            foreach (var host in node.Hosts)
            {
                foreach (var standing in host.Transactions)
                {
                    json.WriteStartObject();
                    json.WriteString("id", standing.Id.ToString());
                    json.WriteNumber("partition", host.Id.Value);
                    json.WriteString("state", standing.Verdict.ToString().ToLowerInvariant());
                    json.WriteNumber("home", standing.Home.Value);
                    json.WriteNumber("keys", standing.Keys);
                    json.WriteBoolean("external", standing.IsExternal);
                    json.WriteNumber("ageMilliseconds", standing.Age / 1_000_000);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Has a transaction resolved wherever this node's partitions have it prepared: aborted, unless it is decided already, also where somebody outside the cluster was to decide.</summary>
    private Task AbortAsync(HttpContext context)
    {
        var text = context.Request.Query["id"].ToString();
        if (!TransactionId.TryParse(text, out var id))
        {
            throw new BadHttpRequestException($"'{text}' is no transaction");
        }

        if (core() is not { } node || transactions() is not { } service)
        {
            return NotReadyAsync(context);
        }

        var asked = node.Hosts.SelectMany(host => host.Prepared.Where(prepared => prepared.Id == id).Select(prepared => (host.Id, prepared))).ToList();
        asked.ForEach(one => service.Resolve(one.Id, one.prepared, forces: true));
        return HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("asked");
            asked.ForEach(one => json.WriteNumberValue(one.Id.Value));
            json.WriteEndArray();
        });
    }

    private static Task NotReadyAsync(HttpContext context) =>
        HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NotReady, "the node does not run yet"));
}
