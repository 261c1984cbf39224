using System.Text;
using System.Text.Json;

namespace Catena.Cli.Data;

/// <summary>Keys and values, which are any bytes, as text.</summary>
internal static class BytesText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a property: as a string where the bytes are UTF-8, else as <c>{"base64": "..."}</c>.</summary>
    public static void WriteBytes(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        json.WritePropertyName(name);
        WriteBytes(json, bytes);
    }

    /// <summary>Writes a value: as a string where the bytes are UTF-8, else as <c>{"base64": "..."}</c>.</summary>
    public static void WriteBytes(this Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        if (TryDecode(bytes, out var text))
        {
            json.WriteStringValue(text);
            return;
        }

        json.WriteStartObject();
        json.WriteBase64String("base64", bytes);
        json.WriteEndObject();
    }

    /// <summary>For a person: the text, or the bytes with C's escapes where they are no UTF-8 or would disturb a terminal.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        if (TryDecode(bytes, out var text) && !text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f'))
        {
            return text;
        }

        var escaped = new StringBuilder(bytes.Length * 2);
        foreach (var value in bytes)
        {
            _ = value is >= 0x20 and < 0x7f ? escaped.Append((char)value) : escaped.Append($"\\x{value:x2}");
        }

        return escaped.ToString();
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }
}
