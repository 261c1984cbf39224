using System.Net;
using System.Text.Json;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Status;

/// <summary>Asks nodes over HTTP how they and their cluster are. Thread-safe.</summary>
/// <param name="timeout">How long one answer may take.</param>
internal sealed class StatusClient(TimeSpan timeout) : IDisposable
{
    private const long MostBytes = 64 << 20;

    private static readonly JsonSerializerOptions Lenient = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
    };

    private readonly HttpClient _http = new() { Timeout = timeout, MaxResponseContentBufferSize = MostBytes };

    /// <summary>What a node says it waits for before it takes requests.</summary>
    /// <param name="node">Its HTTP address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where it is ready.</returns>
    public async Task<string?> LacksAsync(HostPort node, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{node}/health/ready"), cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.OK ? null : await ReasonAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return "its HTTP port to open";
        }
        catch (OperationCanceledException)
        {
            return "its answer";
        }
    }

    /// <summary>Asks a node for its view of the cluster.</summary>
    /// <param name="node">Its HTTP address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The document as the node wrote it, and what it says; or why there is none.</returns>
    public async Task<StatusAnswer> AskAsync(HostPort node, CancellationToken cancellationToken)
    {
        try
        {
            var text = await _http.GetStringAsync(new Uri($"http://{node}/status"), cancellationToken).ConfigureAwait(false);
            var document = JsonSerializer.Deserialize<StatusDocument>(text, Lenient);
            return document is null ? new StatusAnswer(node, text, null, "its answer is empty") : new StatusAnswer(node, text, document, null);
        }
        catch (OperationCanceledException)
        {
            return new StatusAnswer(node, null, null, "it did not answer in time");
        }
        catch (HttpRequestException silent)
        {
            return new StatusAnswer(node, null, null, silent.Message);
        }
        catch (JsonException foreign)
        {
            return new StatusAnswer(node, null, null, $"its answer cannot be understood: {foreign.Message}");
        }
    }

    /// <summary>Asks a node what it knows of its cluster without the coordinator.</summary>
    /// <param name="node">Its HTTP address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer as the node wrote it; or why there is none.</returns>
    public async Task<(byte[]? Answer, string Problem)> MetadataAsync(HostPort node, CancellationToken cancellationToken)
    {
        try
        {
            return (await _http.GetByteArrayAsync(new Uri($"http://{node}/metadata"), cancellationToken).ConfigureAwait(false), "");
        }
        catch (OperationCanceledException)
        {
            return (null, "it did not answer in time");
        }
        catch (HttpRequestException silent)
        {
            return (null, silent.Message);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.TryGetProperty("reason", out var reason) ? reason.ToString() : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
