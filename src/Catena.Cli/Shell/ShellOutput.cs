using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Catena.Cli.Shell;

/// <summary>Where answers go: as lines of text at once, or as one JSON document a command.</summary>
/// <param name="output">For answers, and for errors as JSON.</param>
/// <param name="error">For errors as text.</param>
/// <param name="isJson">Whether answers are JSON.</param>
internal sealed class ShellOutput(TextWriter output, TextWriter error, bool isJson) : IDisposable
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _document = new();
    private Utf8JsonWriter? _json;

    /// <summary>Whether answers are JSON.</summary>
    public bool IsJson => isJson;

    /// <summary>Begins the answer to a command.</summary>
    public void Begin(string command)
    {
        if (!isJson)
        {
            return;
        }

        _document.ResetWrittenCount();
        _json?.Dispose();
        _json = new Utf8JsonWriter(_document, OneLine);
        _json.WriteStartObject();
        _json.WriteString("command", command);
        _json.WriteBoolean("ok", true);
    }

    /// <summary>Adds to the answer: a line of text, or JSON.</summary>
    public void Add(string line, Action<Utf8JsonWriter> json)
    {
        Line(line);
        Json(json);
    }

    /// <summary>A line, if answers are text.</summary>
    public void Line(string line)
    {
        if (!isJson)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>A part of the document, if answers are JSON.</summary>
    public void Json(Action<Utf8JsonWriter> json)
    {
        if (_json is not null)
        {
            json(_json);
        }
    }

    /// <summary>Ends the answer.</summary>
    public void End()
    {
        if (_json is not null)
        {
            _json.WriteEndObject();
            _json.Dispose();
            _json = null;
            output.WriteLine(Encoding.UTF8.GetString(_document.WrittenSpan));
        }
    }

    /// <summary>Says that a command failed, instead of its answer.</summary>
    /// <param name="place">Which command, in words.</param>
    /// <param name="failure">Why.</param>
    public void Fail(string place, ShellException failure)
    {
        if (!isJson)
        {
            error.WriteLine(failure.IsOpen ? $"{place}: {failure.Message} (outcome unknown: it may have taken effect, now or a little later, or never)" : $"{place}: {failure.Message}");
            return;
        }

        Begin(place);
        _json!.Reset();
        _document.ResetWrittenCount();
        _json.WriteStartObject();
        _json.WriteString("command", place);
        _json.WriteBoolean("ok", false);
        _json.WriteString("error", failure.Message);
        _json.WriteString("outcome", failure.IsOpen ? "unknown" : "nothing happened");
        End();
    }

    /// <inheritdoc />
    public void Dispose() => _json?.Dispose();
}
