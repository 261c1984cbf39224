using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Catena.Cli.Logging;

/// <summary>How a log event becomes a line of JSON: time, level, category, event, message, its named values, exception.</summary>
internal static class LineJson
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one event.</summary>
    /// <param name="time">When, in UTC.</param>
    /// <param name="level">How grave.</param>
    /// <param name="category">Who says it.</param>
    /// <param name="id">The event's number and name.</param>
    /// <param name="message">The message with its values filled in.</param>
    /// <param name="values">The values by name; other kinds of state are left out.</param>
    /// <param name="exception">What was thrown.</param>
    public static string Text(
        DateTime time, LogLevel level, string category, EventId id, string message, object? values, Exception? exception)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("time", time);
            json.WriteString("level", level.ToString());
            json.WriteString("category", category);
            json.WriteNumber("eventId", id.Id);
            if (id.Name is { } name)
            {
                json.WriteString("event", name);
            }

            json.WriteString("message", message);
            if (values is IEnumerable<KeyValuePair<string, object?>> named)
            {
                WriteValues(json, named);
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteValues(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject("values");
        foreach (var (name, value) in values)
        {
            if (name != "{OriginalFormat}")
            {
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndObject();
    }
}
