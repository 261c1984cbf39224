using System.Net;
using System.Text.Json;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Status;

/// <summary>Asks nodes over HTTP how they and their cluster are. Thread-safe.</summary>
/// <param name="timeout">How long one answer may take.</param>
internal sealed class StatusClient(TimeSpan timeout) : IDisposable
{
    private const long MostBytes = 64 << 20;

    private readonly HttpClient _http = new() { Timeout = timeout, MaxResponseContentBufferSize = MostBytes };

    /// <summary>Whether a node says that it takes requests.</summary>
    /// <param name="node">Its HTTP address.</param>
    /// <param name="cancellationToken">Gives up, and the answer is no.</param>
    public async Task<bool> IsReadyAsync(HostPort node, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{node}/health/ready"), cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
        {
            return false;
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
            var document = JsonSerializer.Deserialize(text, StatusJson.Default.StatusDocument);
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

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
