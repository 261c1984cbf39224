using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Search;
using Catena.Server.Cluster;
using Catena.Server.Metrics;
using Catena.Server.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Http.Search;

/// <summary>What the search service answers (<c>docs/search.md</c>): where a key is, what it holds, and a write of a key that is new.</summary>
/// <remarks>
/// <para>
/// Any node answers for any key. Outcomes that clients know by their text have status 200, since such clients read nothing else; all else has a status and a text of its own.
/// </para>
/// <para>
/// Clients send a write to every node that they find. So it is a put of an absent key, decided by the partition, that tells what was there before: who comes second finds his own values and has succeeded too.
/// </para>
/// </remarks>
internal sealed class SearchRequests : IEndpointGroup
{
    private readonly ICommandRouter _router;
    private readonly IClusterView _cluster;
    private readonly NodeAddresses _addresses = new(TimeProvider.System);
    private readonly Counter _requests;
    private readonly Counter _malformed;

    /// <summary>The requests of one node.</summary>
    /// <param name="router">Carries commands out.</param>
    /// <param name="cluster">The cluster as the node sees it.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    public SearchRequests(ICommandRouter router, IClusterView cluster, MetricsRegistry metrics)
    {
        (_router, _cluster) = (router, cluster);
        _requests = metrics.Counter("catena_requests_total", "Requests taken from clients.", new MetricLabel("protocol", "search"));
        _malformed = metrics.Counter("catena_malformed_requests_total", "Requests refused because they make no sense.", new MetricLabel("protocol", "search"));
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/get", (RequestDelegate)(context => AnswerAsync(context, GetAsync)));
        routes.MapPut("/put", (RequestDelegate)(context => AnswerAsync(context, PutAsync)));
    }

    /// <inheritdoc />
    public Task DrainAsync() => Task.CompletedTask;

    private static async Task WriteAsync(HttpContext context, int code, string text) =>
        await HttpReplies.WriteAsync(context, code, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        _requests.Increment();
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            _malformed.Increment();
            await WriteAsync(context, bad.StatusCode, $"Error: {bad.Message}").ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
            context.Abort();
        }
    }

    private Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return (query["search"].ToString(), query["key"].ToString()) switch
        {
            ({ Length: > 0 } search, "") => SearchAsync(context, KeyOf(search)),
            ("", { Length: > 0 } key) => ReadAsync(context, KeyOf(key)),
            _ => throw new BadHttpRequestException("the query is to be ?search=KEY or ?key=KEY"),
        };
    }

    private static byte[] KeyOf(string text)
    {
        var key = Encoding.UTF8.GetBytes(text);
        return key.Length <= StoredKey.MaxKeyLength ? key : throw new BadHttpRequestException($"a key has at most {StoredKey.MaxKeyLength} bytes");
    }

    /// <summary>Tells a node that holds the key: its first member, or else another that runs, or else this one, which routes.</summary>
    private async Task SearchAsync(HttpContext context, byte[] key)
    {
        var view = _cluster.Current;
        var members = view.Partitions.Length > 0 && view.Partitions[new PartitionMap(view.Partitions.Length).Of(key).Value] is { } configuration ? configuration.Members.AsEnumerable() : [];
        foreach (var node in members.Select(view.Find).Append(view.Find(view.Self)))
        {
            if (node is { IsAlive: true } && await _addresses.FindAsync(node.Host, context.RequestAborted).ConfigureAwait(false) is { } address)
            {
                await WriteAsync(context, StatusCodes.Status200OK, address.ToString()).ConfigureAwait(false);
                return;
            }
        }

        await WriteAsync(context, StatusCodes.Status200OK, LocalAddress(context)).ConfigureAwait(false);
    }

    /// <summary>The address that the client has reached this node by.</summary>
    private static string LocalAddress(HttpContext context) => (context.Connection.LocalIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.LocalIpAddress ?? IPAddress.Loopback).ToString();

    private async Task ReadAsync(HttpContext context, byte[] key)
    {
        var sink = new OneResult();
        _router.Execute(new Command { Kind = CommandKind.Get, Slot = HashSlot.Of(key).Value, Key = key }, sink, 0);
        var result = await sink.Result.ConfigureAwait(false);
        var (kind, value, error) = Read(result);
        await (kind switch
        {
            ResultKind.Value => WriteAsync(context, StatusCodes.Status200OK, PythonList.Print(SearchValues.Decode(value))),
            ResultKind.Nil => WriteAsync(context, StatusCodes.Status200OK, "Key not found!"),
            _ => SearchFailures.WriteAsync(context, error, value),
        }).ConfigureAwait(false);
    }

    private async Task PutAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (!SearchPut.TryParse(body.GetBuffer().AsMemory(0, (int)body.Length), out var put, out var fault))
        {
            throw new BadHttpRequestException(fault);
        }

        var sink = new OneResult();
        Execute(KeyOf(put.Key), SearchValues.Encode(put.Values), sink);
        var (kind, value, error) = Read(await sink.Result.ConfigureAwait(false));
        await (kind switch
        {
            ResultKind.Nil => WriteAsync(context, StatusCodes.Status200OK, "SUCCESFULLY WRITTEN"),
            ResultKind.Value when SearchValues.Decode(value).SequenceEqual(put.Values, StringComparer.Ordinal) => WriteAsync(context, StatusCodes.Status200OK, "SUCCESFULLY WRITTEN"),
            ResultKind.Value => WriteAsync(context, StatusCodes.Status200OK, "Key already present! Try with a different key."),
            _ => SearchFailures.WriteAsync(context, error, value),
        }).ConfigureAwait(false);
    }

    private void Execute(byte[] key, byte[] value, OneResult sink) => _router.Execute(
        new Command { Kind = CommandKind.Put, Flags = CommandFlags.IfAbsent | CommandFlags.ReturnOld, Slot = HashSlot.Of(key).Value, Key = key, Value = value }, sink, 0);

    private static (ResultKind Kind, byte[] Value, ErrorCode Error) Read(byte[] result)
    {
        var reader = new ResultReader(result);
        return (reader.Kind, reader.Kind is ResultKind.Value or ResultKind.Error ? reader.Value.ToArray() : [], reader.Kind == ResultKind.Error ? reader.Error : default);
    }
}
