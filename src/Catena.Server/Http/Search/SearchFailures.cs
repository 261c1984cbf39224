using System.Text;
using Catena.Core.Data;
using Microsoft.AspNetCore.Http;

namespace Catena.Server.Http.Search;

/// <summary>Tells clients of the search service what became of a command that was not carried out, or may have been.</summary>
internal static class SearchFailures
{
    /// <summary>Answers with a failure.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">Why.</param>
    /// <param name="reason">The same in words.</param>
    public static Task WriteAsync(HttpContext context, ErrorCode error, ReadOnlySpan<byte> reason)
    {
        var text = Encoding.UTF8.GetString(reason);
        var (code, answer) = error switch
        {
            ErrorCode.OutcomeUnknown or ErrorCode.Forgotten =>
                (StatusCodes.Status504GatewayTimeout, $"Error: it is unknown whether this was carried out; it may be yet. Sending the same again does no harm. ({text})"),
            ErrorCode.KeyLength or ErrorCode.BadRequest => (StatusCodes.Status400BadRequest, $"Error: {text}"),
            ErrorCode.ValueTooLong => (StatusCodes.Status413PayloadTooLarge, $"Error: {text}"),
            ErrorCode.ReadOnly or ErrorCode.OutOfMemory => (StatusCodes.Status507InsufficientStorage, $"Error: nothing was written: {text}"),
            ErrorCode.Damaged => (StatusCodes.Status500InternalServerError, $"Error: {text}"),
            _ => (StatusCodes.Status503ServiceUnavailable, $"Error: not now; nothing happened, try again: {text}"),
        };
        return HttpReplies.WriteAsync(context, code, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(answer));
    }
}
