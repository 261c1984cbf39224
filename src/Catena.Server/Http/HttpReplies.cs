using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Catena.Server.Http;

/// <summary>Short answers, written at once.</summary>
internal static class HttpReplies
{
    private const string Json = "application/json";

    /// <summary>Answers with a state and its reason.</summary>
    public static Task WriteStateAsync(HttpContext context, int code, string state, string reason) => WriteJsonAsync(context, code, json =>
    {
        json.WriteString("state", state);
        json.WriteString("reason", reason);
    });

    /// <summary>Answers with the properties of a JSON object.</summary>
    public static Task WriteJsonAsync(HttpContext context, int code, Action<Utf8JsonWriter> properties)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }

        return WriteAsync(context, code, Json, body.WrittenMemory);
    }

    /// <summary>Answers with a body.</summary>
    public static async Task WriteAsync(HttpContext context, int code, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
