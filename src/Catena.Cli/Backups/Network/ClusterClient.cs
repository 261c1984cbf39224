using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Catena.Cli.CommandLine;
using Catena.Cli.Status;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups.Network;

/// <summary>Asks the nodes of a cluster over HTTP, each for what is its own. Thread-safe.</summary>
/// <param name="seeds">Where to find the cluster; any of its nodes.</param>
/// <param name="patience">How long to go on trying where something passing is in the way.</param>
internal sealed class ClusterClient(IReadOnlyList<HostPort> seeds, TimeSpan patience) : IDisposable
{
    private const string ContentType = "application/x-catena";
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly StatusClient _status = new(StatusTimeout);
    private ClusterMap? _map;

    /// <summary>The cluster as it was seen last.</summary>
    /// <exception cref="InvalidOperationException">It has not been looked at yet.</exception>
    public ClusterMap Map => _map ?? throw new InvalidOperationException("The cluster has not been looked at yet.");

    /// <summary>Looks at the cluster.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">No node answers, or none knows its cluster.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var problem = "no node is known";
        foreach (var node in seeds.Concat(_map?.Nodes ?? []).Distinct())
        {
            var answer = await _status.AskAsync(node, cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (answer.Document is { } document && ClusterMap.Of(document) is { } map)
            {
                if (_map is { } known && known.Id != map.Id)
                {
                    throw new RemoteException(FailureCodes.BadRequest, $"{node} belongs to another cluster, {map.Id}, than the one that was asked before, {known.Id}");
                }

                _map = map;
                return;
            }

            problem = $"{node}: {answer.Problem ?? "it knows no partition yet"}";
        }

        throw new RemoteException(RemoteException.Unreachable, problem);
    }

    /// <summary>Does something again and again until nothing passing is in its way, or patience ends.</summary>
    /// <param name="work">What is done; the cluster is looked at anew before each further try.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">Something is in the way, and has been all the time or will stay.</exception>
    public async Task<T> RetryAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        var started = Environment.TickCount64;
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * pause.Ticks)))
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (RemoteException passing) when (passing.IsPassing && Environment.TickCount64 - started < patience.TotalMilliseconds)
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }

            try
            {
                await RefreshAsync(cancellation).ConfigureAwait(false);
            }
            catch (RemoteException silent) when (silent.IsPassing)
            {
                // The next try says so, if it lasts.
            }
        }
    }

    /// <summary>All partitions of the cluster, each as its first member sees it; the cluster is looked at anew.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">Some partition is not served for now, or a node does not answer.</exception>
    public async Task<IReadOnlyList<ServedPartition>> ServedAsync(CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        var found = new SortedDictionary<int, ServedPartition>();
        foreach (var node in Map.Nodes)
        {
            var answer = await GetAsync(node, "/backup/partitions", cancellation).ConfigureAwait(false);
            foreach (var partition in answer.GetProperty("partitions").EnumerateArray())
            {
                var number = partition.GetProperty("partition").GetInt32();
                found[number] = new ServedPartition(
                    number, partition.GetProperty("epoch").GetUInt64(), partition.GetProperty("keys").GetInt64(), partition.GetProperty("mode").GetString()!);
            }
        }

        return found.Count == Map.Partitions
            ? [.. found.Values]
            : throw new RemoteException(FailureCodes.NotReady, $"{Map.Partitions - found.Count} of {Map.Partitions} partitions are not served");
    }

    /// <summary>The named tables, as any node tells them.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">They are not served, or no node answers.</exception>
    public async Task<ClusterTables> TablesAsync(CancellationToken cancellation) => ClusterTables.Of(await GetAsync(AnyNode, "/tables", cancellation).ConfigureAwait(false));

    /// <summary>The number of a table, which is created where it is not there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">It cannot be created, or no node answers.</exception>
    public async Task<ushort> TableAsync(string name, CancellationToken cancellation)
    {
        var answer = await PostAsync(AnyNode, $"/tables/create?name={Uri.EscapeDataString(name)}", ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        return answer.GetProperty("number").GetUInt16();
    }

    /// <summary>The address of a partition's first member.</summary>
    /// <exception cref="RemoteException">It is not known.</exception>
    public HostPort FirstOf(PartitionId partition) =>
        Map.FirstOf(partition) ?? throw new RemoteException(FailureCodes.NotMine, $"partition {partition} has no first member that is alive");

    /// <summary>Opens an answer made of blocks; its beginning has been read.</summary>
    /// <param name="partition">The partition, which is asked for at its first member.</param>
    /// <param name="request">What of it: the end of the path, and a query.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">It was refused, or the node does not answer.</exception>
    public async Task<PartitionStream> OpenAsync(PartitionId partition, string request, CancellationToken cancellation)
    {
        var node = FirstOf(partition);
        var message = new HttpRequestMessage(HttpMethod.Get, UriOf(node, $"/backup/partitions/{partition}/{request}"));
        var response = await SendAsync(node, message, cancellation).ConfigureAwait(false);
        return await PartitionStream.OpenAsync(node, response, partition, Map.Id, AnswerTimeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks a node something that it answers with JSON.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">It was refused, or the node does not answer.</exception>
    public async Task<JsonElement> GetAsync(HostPort node, string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(node, new HttpRequestMessage(HttpMethod.Get, UriOf(node, path)), cancellation).ConfigureAwait(false);
        return await JsonAsync(node, response, cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells a node to do something.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">What goes with it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">It was refused, or the node does not answer.</exception>
    public async Task<JsonElement> PostAsync(HostPort node, string path, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, UriOf(node, path)) { Content = new ReadOnlyMemoryContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        using var response = await SendAsync(node, message, cancellation).ConfigureAwait(false);
        return await JsonAsync(node, response, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        _status.Dispose();
    }

    private HostPort AnyNode => Map.Nodes is [var any, ..] ? any : throw new RemoteException(RemoteException.Unreachable, "no node of the cluster has an HTTP port");

    private static Uri UriOf(HostPort node, string path) => new(string.Create(CultureInfo.InvariantCulture, $"http://{node}{path}"));

    private static async Task<JsonElement> JsonAsync(HostPort node, HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            return document.RootElement.Clone();
        }
        catch (Exception broken) when (broken is JsonException or HttpRequestException or IOException)
        {
            throw new RemoteException(RemoteException.Unreachable, $"{node}: {broken.Message}", broken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HostPort node, HttpRequestMessage message, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(AnswerTimeout);
        try
        {
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return response;
            }

            using (response)
            {
                throw await RefusalAsync(node, response, timeout.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RemoteException(RemoteException.Unreachable, $"{node} did not answer in {AnswerTimeout.TotalSeconds:0} s");
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException)
        {
            throw new RemoteException(RemoteException.Unreachable, $"{node}: {silent.Message}", silent);
        }
        finally
        {
            message.Dispose();
        }
    }

    private static async Task<RemoteException> RefusalAsync(HostPort node, HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.TryGetProperty("code", out var code) && document.RootElement.TryGetProperty("reason", out var reason))
            {
                return new RemoteException(code.ToString(), $"{node}: {reason}");
            }
        }
        catch (JsonException)
        {
            // It is told as it came.
        }

        return new RemoteException(
            response.StatusCode == HttpStatusCode.ServiceUnavailable ? FailureCodes.NotReady : FailureCodes.BadRequest, $"{node}: HTTP {(int)response.StatusCode} {text}");
    }
}
