using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Catena.Protocols.Search;

/// <summary>The texts that the search service keeps under one key: a JSON array of strings.</summary>
public static class SearchValues
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value that is stored.</summary>
    /// <param name="values">The texts.</param>
    public static byte[] Encode(IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartArray();
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        return output.ToArray();
    }

    /// <summary>The texts of a stored value; one text, the whole of it, where another protocol has stored something else.</summary>
    /// <param name="value">The value. Bytes that are no UTF-8 become U+FFFD.</param>
    public static IReadOnlyList<string> Decode(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            if (document.RootElement.ValueKind == JsonValueKind.Array && TryReadArray(document.RootElement, out var values))
            {
                return values;
            }
        }
        catch (JsonException)
        {
            // Somebody else's value.
        }

        return [Encoding.UTF8.GetString(value.Span)];
    }

    /// <summary>Reads an array of strings.</summary>
    /// <param name="array">A JSON array.</param>
    /// <param name="values">Its strings.</param>
    /// <returns>False where an element is no string, or none that text can hold.</returns>
    internal static bool TryReadArray(JsonElement array, out IReadOnlyList<string> values)
    {
        var read = new List<string>(array.GetArrayLength());
        values = read;
        foreach (var element in array.EnumerateArray())
        {
            if (!TryReadText(element, out var text))
            {
                return false;
            }

            read.Add(text);
        }

        return true;
    }

    /// <summary>Reads a string.</summary>
    /// <param name="element">Any JSON.</param>
    /// <param name="text">The text.</param>
    /// <returns>False where it is no string, or has half a surrogate pair.</returns>
    internal static bool TryReadText(JsonElement element, out string text)
    {
        text = "";
        if (element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
