using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Catena.Core.Primitives;

namespace Catena.Simulation.Histories;

/// <summary>Turns operations into lines of JSON and back; the format is described in docs/histories.md.</summary>
public static class HistoryLine
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line of one operation, without its end of line.</summary>
    public static string Format(HistoryOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("client", operation.Client);
            json.WriteString("key", operation.Key);
            WriteCommand(json, operation.Command);
            json.WriteNumber("call", operation.Call);
            json.WriteNumber("return", operation.Return);
            json.WriteString("outcome", NameOf(operation.Outcome));
            if (operation.Result is { } result)
            {
                WriteResult(json, result);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a line back.</summary>
    /// <exception cref="HistoryFormatException">The line is not an operation.</exception>
    public static HistoryOperation Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var outcome = ReadOutcome(Required(root, "outcome").GetString());
            var call = Required(root, "call").GetInt64();
            var returned = Required(root, "return").GetInt64();
            if (returned < call)
            {
                throw new HistoryFormatException($"\"return\" ({returned}) is before \"call\" ({call})");
            }

            return new HistoryOperation(
                Required(root, "client").GetInt32(),
                Text(Required(root, "key"), "key"),
                ReadCommand(root),
                call,
                returned,
                outcome,
                outcome == Outcome.Ok ? ReadResult(root) : null);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new HistoryFormatException($"not an operation: {wrong.Message}", wrong);
        }
    }

    private static void WriteCommand(Utf8JsonWriter json, RegisterCommand command)
    {
        json.WriteString("op", NameOf(command.Operation));
        json.WriteStartObject("arguments");
        switch (command.Operation)
        {
            case RegisterOperation.Put or RegisterOperation.Append:
                json.WriteString("value", command.Value);
                break;
            case RegisterOperation.Increment:
                json.WriteNumber("by", command.By);
                break;
            case RegisterOperation.CompareAndSet:
                WriteVersion(json, "expected", command.Expected);
                json.WriteString("value", command.Value);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, RegisterResult result)
    {
        json.WriteStartObject("result");
        if (result.Applied is { } applied)
        {
            json.WriteBoolean("applied", applied);
        }

        if (result.Found is { } found)
        {
            json.WriteBoolean("found", found);
        }

        if (result.Value is { } value)
        {
            json.WriteString("value", value);
        }

        if (result.Length is { } length)
        {
            json.WriteNumber("length", length);
        }

        if (result.Version is not null)
        {
            WriteVersion(json, "version", result.Version);
        }

        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, string name, Lsn? version)
    {
        if (version is { } present)
        {
            json.WriteString(name, present.ToString());
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static RegisterCommand ReadCommand(JsonElement root)
    {
        var name = Required(root, "op").GetString();
        var arguments = Required(root, "arguments");
        return name switch
        {
            "get" => RegisterCommand.Get,
            "delete" => RegisterCommand.Delete,
            "put" => RegisterCommand.Put(Text(Required(arguments, "value"), "value")),
            "append" => RegisterCommand.Append(Text(Required(arguments, "value"), "value")),
            "incr" => RegisterCommand.Increment(Required(arguments, "by").GetInt64()),
            "cas" => RegisterCommand.CompareAndSet(ReadVersion(Required(arguments, "expected")), Text(Required(arguments, "value"), "value")),
            _ => throw new HistoryFormatException($"no such \"op\": {name}"),
        };
    }

    private static RegisterResult ReadResult(JsonElement root)
    {
        if (!root.TryGetProperty("result", out var result))
        {
            return RegisterResult.Done;
        }

        return new RegisterResult
        {
            Applied = result.TryGetProperty("applied", out var applied) ? applied.GetBoolean() : null,
            Found = result.TryGetProperty("found", out var found) ? found.GetBoolean() : null,
            Value = result.TryGetProperty("value", out var value) ? Text(value, "value") : null,
            Length = result.TryGetProperty("length", out var length) ? length.GetInt32() : null,
            Version = result.TryGetProperty("version", out var version) ? ReadVersion(version) : null,
        };
    }

    private static Lsn? ReadVersion(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = Text(element, "version");
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            throw new HistoryFormatException($"a version is \"epoch.sequence\", not \"{text}\"");
        }

        return new Lsn(
            new Epoch(ulong.Parse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture)),
            ulong.Parse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private static JsonElement Required(JsonElement root, string name) =>
        root.TryGetProperty(name, out var element) ? element : throw new HistoryFormatException($"\"{name}\" is missing");

    /// <summary>A text; what is not UTF-8 is judged by its base64, which is enough to tell values apart.</summary>
    private static string Text(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object
        ? "base64:" + Text(Required(element, "base64"), "base64")
        : element.GetString() ?? throw new HistoryFormatException($"\"{name}\" is null");

    private static string NameOf(RegisterOperation operation) => operation switch
    {
        RegisterOperation.Get => "get",
        RegisterOperation.Put => "put",
        RegisterOperation.Delete => "delete",
        RegisterOperation.CompareAndSet => "cas",
        RegisterOperation.Increment => "incr",
        _ => "append",
    };

    private static string NameOf(Outcome outcome) => outcome switch
    {
        Outcome.Ok => "ok",
        Outcome.Fail => "fail",
        _ => "unknown",
    };

    private static Outcome ReadOutcome(string? name) => name switch
    {
        "ok" => Outcome.Ok,
        "fail" => Outcome.Fail,
        "unknown" => Outcome.Unknown,
        _ => throw new HistoryFormatException($"no such \"outcome\": {name}"),
    };
}
