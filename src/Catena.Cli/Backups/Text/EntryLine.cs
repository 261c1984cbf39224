using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Catena.Cli.Data;
using Catena.Core.Data;
using Catena.Core.Tables;

namespace Catena.Cli.Backups.Text;

/// <summary>Keys as lines of JSON, for people and other systems: <c>docs/backup.md</c> has the format exactly.</summary>
internal static class EntryLine
{
    /// <summary>How the table is called whose keys all protocols share.</summary>
    public const string DefaultTable = "default";

    /// <summary>The one property of a line that tells about the file and holds no key.</summary>
    public const string MetadataProperty = "catena";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a key as a line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="table">The name of its table.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    public static void Write(IBufferWriter<byte> output, string table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("table", table);
            json.WriteBytes("key", key);
            json.WriteBytes("value", value);
            if (expiry != 0)
            {
                json.WriteNumber("expires", expiry);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes the line that says what follows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="time">When.</param>
    public static void WriteMetadata(IBufferWriter<byte> output, Guid cluster, DateTimeOffset time)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataProperty);
            json.WriteNumber("format", 2);
            json.WriteString("cluster", cluster);
            json.WriteString("exported", time);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="entry">The key; null where the line is empty or tells about the file.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <returns>False where something is wrong.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> line, out ParsedEntry? entry, out string reason)
    {
        entry = null;
        reason = "";
        if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            entry = Read(document.RootElement);
            return true;
        }
        catch (JsonException malformed)
        {
            reason = $"it is no JSON: {malformed.Message}";
        }
        catch (FormatException wrong)
        {
            reason = wrong.Message;
        }

        return false;
    }

    private static ParsedEntry? Read(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("it is no JSON object");
        }

        var table = DefaultTable;
        byte[]? key = null;
        byte[]? value = null;
        var expiry = 0L;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in line.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                throw new FormatException($"it has two properties \"{property.Name}\"");
            }

            switch (property.Name)
            {
                case MetadataProperty when line.GetPropertyCount() == 1:
                    return null;
                case "table":
                    table = Table(property.Value);
                    break;
                case "key":
                    key = Bytes("key", property.Value);
                    break;
                case "value":
                    value = Bytes("value", property.Value);
                    break;
                case "expires":
                    expiry = property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt64(out var time) && time >= 0
                        ? time
                        : throw new FormatException("\"expires\" is no number of milliseconds since 1970");
                    break;
                default:
                    throw new FormatException($"it has a property \"{property.Name}\", which is none of table, key, value, expires");
            }
        }

        return Whole(table, key, value, expiry);
    }

    private static ParsedEntry Whole(string table, byte[]? key, byte[]? value, long expiry)
    {
        if (key is null || value is null)
        {
            throw new FormatException($"it has no \"{(key is null ? "key" : "value")}\"");
        }

        if (key.Length is 0 or > StoredKey.MaxKeyLength)
        {
            throw new FormatException($"its key has {key.Length} bytes instead of 1 to {StoredKey.MaxKeyLength}");
        }

        return new ParsedEntry(table, key, value, expiry);
    }

    private static string Table(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.String ? Text("table", element) : " ";
        return TableName.IsValid(Strict.GetBytes(text))
            ? text
            : throw new FormatException($"\"table\" is no name of a table: {Encoding.ASCII.GetString(TableName.Refusal)}");
    }

    private static byte[] Bytes(string name, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return Strict.GetBytes(Text(name, element));
        }

        if (element.ValueKind == JsonValueKind.Object
            && element.GetPropertyCount() == 1
            && element.TryGetProperty("base64", out var encoded)
            && encoded.ValueKind == JsonValueKind.String
            && encoded.TryGetBytesFromBase64(out var bytes))
        {
            return bytes;
        }

        throw new FormatException($"\"{name}\" is neither a string nor {{\"base64\": \"...\"}}");
    }

    private static string Text(string name, JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException lone)
        {
            // Half of a surrogate pair, written as an escape: it stands for no bytes.
            throw new FormatException($"\"{name}\" is no text that UTF-8 has", lone);
        }
    }
}
