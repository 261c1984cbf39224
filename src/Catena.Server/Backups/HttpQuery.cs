using System.Globalization;
using Catena.Core.Primitives;
using Catena.Server.Http;
using Catena.Storage.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Backups;

/// <summary>Reads what requests say, and refuses what makes no sense.</summary>
internal static class HttpQuery
{
    /// <summary>What bodies and answers that are no JSON are called. Requests that change something must say it, which a web page's cannot.</summary>
    public const string ContentType = "application/x-catena";

    /// <summary>A number from the query; a default where it is not there.</summary>
    /// <exception cref="BadHttpRequestException">It is none.</exception>
    public static long Number(HttpContext context, string name, long standard)
    {
        var text = context.Request.Query[name].ToString();
        return text.Length == 0
            ? standard
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Bad(name, text);
    }

    /// <summary>An LSN from the query, as <c>4.1017</c>; null where it is not there.</summary>
    /// <exception cref="BadHttpRequestException">It is none.</exception>
    public static Lsn? Position(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        return text.Length == 0 ? null : Lsn.TryParse(text, out var lsn) ? lsn : throw Bad(name, text);
    }

    /// <summary>Bytes from the query, in hexadecimal; none where it is not there.</summary>
    /// <exception cref="BadHttpRequestException">They are none.</exception>
    public static byte[] Bytes(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Bad(name, text);
        }
    }

    /// <summary>The partition that the path names.</summary>
    /// <exception cref="BadHttpRequestException">It names none.</exception>
    public static PartitionId Partition(HttpContext context)
    {
        var text = context.GetRouteValue("partition")?.ToString() ?? "";
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? new PartitionId(value) : throw Bad("partition", text);
    }

    /// <summary>Refuses a request that changes something and does not say that it is meant for this.</summary>
    /// <exception cref="BadHttpRequestException">Its content type is not <see cref="ContentType" />.</exception>
    public static void DemandIntent(HttpContext context)
    {
        if (context.Request.ContentType != ContentType)
        {
            throw new BadHttpRequestException($"the content type must be {ContentType}");
        }
    }

    /// <summary>Answers that something was not done.</summary>
    public static Task RefuseAsync(HttpContext context, StreamFailure failure) => HttpReplies.WriteJsonAsync(context, StatusOf(failure.Code), json =>
    {
        json.WriteString("code", failure.Code);
        json.WriteString("reason", failure.Reason);
    });

    /// <summary>Has a path answer requests that only read.</summary>
    public static void MapGet(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) =>
        routes.MapGet(path, (RequestDelegate)(context => AnswerAsync(context, answer)));

    /// <summary>Has a path answer requests that change or hold something, which must say by their content type that they mean it.</summary>
    public static void MapPost(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) =>
        routes.MapPost(path, (RequestDelegate)(context => AnswerAsync(context, asked =>
        {
            DemandIntent(asked);
            return answer(asked);
        })));

    /// <summary>Answers a request, and refuses it where its parameters turn out to make no sense.</summary>
    public static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, new StreamFailure(FailureCodes.BadRequest, bad.Message)).ConfigureAwait(false);
        }
        catch (StorageDamagedException damage) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, new StreamFailure(FailureCodes.Damaged, damage.Message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more, or the node stops: whoever does listen sees that the answer has no end.
            context.Abort();
        }
    }

    private static int StatusOf(string code) => code switch
    {
        FailureCodes.BadRequest or FailureCodes.ValueTooLong => StatusCodes.Status400BadRequest,
        FailureCodes.NotReady or FailureCodes.TryAgain or FailureCodes.ReadOnly or FailureCodes.OutcomeUnknown => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };

    private static BadHttpRequestException Bad(string name, string text) => new($"'{text}' is no {name}");
}
