using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Server.Http;
using Catena.Server.Routing;
using Catena.Storage.Partitions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Backups;

/// <summary>The request by which tools write many keys at once: <c>POST /bulk</c>, whose body is a piece of a snapshot.</summary>
/// <remarks>
/// Each key is one ordinary write, routed and replicated as any other, all of them under way together; versions in the piece count for nothing.
/// The answer comes when every write has an outcome. Writing a bulk again does no harm, so a tool repeats it until all is well.
/// </remarks>
internal sealed class BulkEndpoints : IEndpointGroup, IDisposable
{
    /// <summary>The longest body; a piece of one value of the greatest length fits.</summary>
    public const int MaxBodyBytes = 64 << 20;

    /// <summary>How many keys a piece may have.</summary>
    public const int MaxKeys = 16_384;

    private const int MostBulks = 8;

    private readonly Func<ICommandRouter?> _router;
    private readonly SemaphoreSlim _bulks = new(MostBulks);

    /// <summary>The request of one node.</summary>
    /// <param name="router">Carries the writes out; null until the node runs.</param>
    public BulkEndpoints(Func<ICommandRouter?> router) => _router = router;

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/bulk", (RequestDelegate)(context => HttpQuery.AnswerAsync(context, WriteAsync)));

    /// <inheritdoc />
    public Task DrainAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _bulks.Dispose();

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        if (context.Request.ContentLength is not (>= SnapshotPiece.HeaderLength and <= MaxBodyBytes))
        {
            throw new BadHttpRequestException($"a bulk tells its length, of at most {MaxBodyBytes} bytes");
        }

        var body = new byte[context.Request.ContentLength.Value];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted).ConfigureAwait(false);
        return body;
    }

    private static int CountKeys(byte[] piece)
    {
        if (!SnapshotPiece.IsValid(piece))
        {
            throw new BadHttpRequestException("the bulk is damaged");
        }

        var keys = 0;
        var entries = new SnapshotPieceReader(piece);
        while (entries.MoveNext())
        {
            keys++;
            if (entries.Key.Length <= StoredKey.PrefixLength || StoredKey.IsSystem(entries.Key) || StoredKey.Slot(entries.Key) != HashSlot.Of(StoredKey.Key(entries.Key)).Value)
            {
                throw new BadHttpRequestException($"key {keys} of the bulk is not in its slot");
            }
        }

        return keys <= MaxKeys ? keys : throw new BadHttpRequestException($"a bulk has at most {MaxKeys} keys");
    }

    private static void Execute(ICommandRouter router, byte[] piece, BulkSink sink)
    {
        var entries = new SnapshotPieceReader(piece);
        while (entries.MoveNext())
        {
            var command = new Command
            {
                Kind = CommandKind.Put,
                Table = StoredKey.Table(entries.Key),
                Slot = StoredKey.Slot(entries.Key),
                Key = StoredKey.Key(entries.Key),
                Value = entries.Value,
                Deadline = entries.Expiry,
            };
            router.Execute(command, sink, 0);
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        HttpQuery.DemandIntent(context);
        if (_router() is not { } router)
        {
            await HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NotReady, "the node does not run yet")).ConfigureAwait(false);
            return;
        }

        await _bulks.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            var piece = await BodyAsync(context).ConfigureAwait(false);
            var sink = new BulkSink(CountKeys(piece));
            Execute(router, piece, sink);
            await sink.Done.ConfigureAwait(false);
            if (sink.Failure is { } failure)
            {
                await HttpQuery.RefuseAsync(context, failure).ConfigureAwait(false);
            }
            else
            {
                await HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json => json.WriteNumber("written", sink.Written)).ConfigureAwait(false);
            }
        }
        finally
        {
            _bulks.Release();
        }
    }
}
