using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Catena.Protocols.Search;

/// <summary>What a client asks to store: <c>{"key": "k", "values": ["x", "y"]}</c>.</summary>
/// <param name="Key">The key.</param>
/// <param name="Values">The texts.</param>
public sealed record SearchPut(string Key, IReadOnlyList<string> Values)
{
    /// <summary>Reads the body of a request; fields of other names are passed over.</summary>
    /// <param name="body">The body.</param>
    /// <param name="put">What is asked.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out SearchPut? put, [NotNullWhen(false)] out string? fault)
    {
        put = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            fault = Read(document.RootElement, out put);
        }
        catch (JsonException e)
        {
            fault = $"the body is no JSON: {e.Message}";
        }

        return put is not null;
    }

    private static string? Read(JsonElement root, out SearchPut? put)
    {
        put = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return """the body is to be {"key": "...", "values": ["...", ...]}""";
        }

        if (!root.TryGetProperty("key", out var key))
        {
            return "the field \"key\" is missing";
        }

        if (!root.TryGetProperty("values", out var array))
        {
            return "the field \"values\" is missing";
        }

        if (!SearchValues.TryReadText(key, out var name) || name.Length == 0)
        {
            return "the field \"key\" is to be a text, and not an empty one";
        }

        if (array.ValueKind != JsonValueKind.Array || !SearchValues.TryReadArray(array, out var values))
        {
            return "the field \"values\" is to be a list of texts";
        }

        put = new SearchPut(name, values);
        return null;
    }
}
