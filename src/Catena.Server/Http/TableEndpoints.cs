using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Tables;
using Catena.Server.Backups;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Http;

/// <summary>The requests by which tools see which tables there are under which numbers, and have one created: <c>GET /tables</c> and <c>POST /tables/create</c>.</summary>
/// <param name="router">The way to the partitions; null until the node runs.</param>
/// <param name="tables">The catalogue.</param>
internal sealed class TableEndpoints(Func<ICommandRouter?> router, Func<TableCatalogue?> tables) : IEndpointGroup
{
    private const int NamesAtOnce = 10_000;

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        HttpQuery.MapGet(routes, "/tables", ListAsync);
        HttpQuery.MapPost(routes, "/tables/create", CreateAsync);
    }

    /// <inheritdoc />
    public Task DrainAsync() => Task.CompletedTask;

    private static Task RefuseAsync(HttpContext context, byte[] result)
    {
        var reader = new ResultReader(result);
        var (isError, error, text) = (reader.Kind == ResultKind.Error, reader.Error, Encoding.UTF8.GetString(reader.Value));
        var code = !isError || error is ErrorCode.BadRequest ? FailureCodes.BadRequest
            : error == ErrorCode.OutcomeUnknown ? FailureCodes.OutcomeUnknown
            : FailureCodes.TryAgain;
        return HttpQuery.RefuseAsync(context, new StreamFailure(code, isError ? text : "the catalogue of tables is malformed"));
    }

    private static Task NotReadyAsync(HttpContext context) =>
        HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NotReady, "the node does not run yet"));

    /// <summary>Takes what a page of the catalogue says.</summary>
    /// <returns>Where the next begins; empty behind the last one, null where it is no page.</returns>
    private static byte[]? Take(byte[] page, List<(string Name, ushort Number)> names, ref int last)
    {
        var reader = new ResultReader(page);
        if (reader.Kind != ResultKind.Range)
        {
            return null;
        }

        for (var index = 0; index < reader.Count; index++)
        {
            var name = CatalogueKeys.NameOf(StoredKey.Key(reader.ReadKey(out _, out _, out var value)));
            if (name.IsEmpty)
            {
                last = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
            }
            else if (CatalogueEntry.TryRead(value, out var entry) && !entry.IsBeingDropped)
            {
                names.Add((Encoding.ASCII.GetString(name), entry.Number));
            }
        }

        return reader.Value.ToArray();
    }

    private async Task ListAsync(HttpContext context)
    {
        if (router() is not { } way)
        {
            await NotReadyAsync(context).ConfigureAwait(false);
            return;
        }

        var names = new List<(string Name, ushort Number)>();
        var last = 0;
        for (var from = CatalogueKeys.Stored(CatalogueKeys.CounterKey); from.Length > 0;)
        {
            var page = await ResultTask.OfAsync(sink => way.Execute(
                new Command { Kind = CommandKind.LookRange, Table = StoredKey.CatalogueTable, Slot = CatalogueKeys.Slot, Limit = NamesAtOnce, Items = CatalogueKeys.NamesFrom(from) }, sink, 0)).ConfigureAwait(false);
            if (Take(page, names, ref last) is not { } next)
            {
                await RefuseAsync(context, page).ConfigureAwait(false);
                return;
            }

            from = next;
        }

        await HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("last", last);
            json.WriteStartArray("tables");
            foreach (var (name, number) in names)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteNumber("number", number);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    /// <summary>Creates a table unless it is there, and tells its number.</summary>
    private async Task CreateAsync(HttpContext context)
    {
        if (tables() is not { } catalogue)
        {
            await NotReadyAsync(context).ConfigureAwait(false);
            return;
        }

        var name = Encoding.UTF8.GetBytes(context.Request.Query["name"].ToString());
        var created = await ResultTask.OfAsync(sink => catalogue.Create(name, sink, 0)).ConfigureAwait(false);
        var reader = new ResultReader(created);
        if (reader.Kind == ResultKind.Error && reader.Error != ErrorCode.TableExists)
        {
            await RefuseAsync(context, created).ConfigureAwait(false);
            return;
        }

        var resolved = await ResultTask.OfAsync(sink => catalogue.Resolve(name, sink, 0)).ConfigureAwait(false);
        var number = new ResultReader(resolved);
        if (number.Kind != ResultKind.Integer)
        {
            await RefuseAsync(context, resolved).ConfigureAwait(false);
            return;
        }

        var told = number.Integer;
        await HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json => json.WriteNumber("number", told)).ConfigureAwait(false);
    }

    /// <summary>Awaits one result.</summary>
    private sealed class ResultTask : ICommandSink
    {
        private readonly TaskCompletionSource<byte[]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <inheritdoc />
        public void Complete(long tag, ReadOnlySpan<byte> result) => _result.SetResult(result.ToArray());

        internal static Task<byte[]> OfAsync(Action<ICommandSink> ask)
        {
            var sink = new ResultTask();
            ask(sink);
            return sink._result.Task;
        }
    }
}
