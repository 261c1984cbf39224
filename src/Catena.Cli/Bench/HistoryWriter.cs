using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Catena.Cli.Data;

namespace Catena.Cli.Bench;

/// <summary>Writes what clients did and learnt, a line of JSON each, for a checker (docs/histories.md).</summary>
/// <remarks>Thread-safe. Lines stand in the order in which operations ended, as far as threads agree on it; a checker goes by the times.</remarks>
/// <param name="target">The file, which becomes the writer's.</param>
internal sealed class HistoryWriter(Stream target) : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes * 2);
    private readonly Utf8JsonWriter _json = new(Stream.Null, Relaxed);
    private int _lastClient = -1;

    /// <summary>A client that nobody has been yet.</summary>
    public int NextClient() => Interlocked.Increment(ref _lastClient);

    /// <summary>Writes one operation.</summary>
    public void Write(in HistoryEntry entry)
    {
        lock (_gate)
        {
            _json.Reset(_buffer);
            _json.WriteStartObject();
            _json.WriteNumber("client", entry.Client);
            _json.WriteBytes("key", entry.Key);
            _json.WriteString("op", entry.IsRead ? "get" : "put");
            _json.WriteStartObject("arguments");
            if (!entry.IsRead)
            {
                _json.WriteBytes("value", entry.Value);
            }

            _json.WriteEndObject();
            _json.WriteNumber("call", entry.Call);
            _json.WriteNumber("return", entry.Return);
            _json.WriteString("outcome", Word(entry.Outcome));
            if (entry.IsRead && entry.Outcome == OperationOutcome.Ok)
            {
                WriteResult(entry);
            }

            _json.WriteEndObject();
            _json.Flush();
            _buffer.Write("\n"u8);
            if (_buffer.WrittenCount >= FlushBytes)
            {
                Drain();
            }
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Drain();
            _json.Dispose();
            target.Dispose();
        }
    }

    private static string Word(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Ok => "ok",
        OperationOutcome.Fail => "fail",
        _ => "unknown",
    };

    private void WriteResult(in HistoryEntry entry)
    {
        _json.WriteStartObject("result");
        _json.WriteBoolean("found", entry.IsFound);
        if (entry.IsFound)
        {
            _json.WriteBytes("value", entry.Value);
        }

        _json.WriteEndObject();
    }

    private void Drain()
    {
        target.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
