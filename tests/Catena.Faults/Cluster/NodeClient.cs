using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Catena.Faults.Network;

namespace Catena.Faults.Cluster;

/// <summary>Asks nodes for their status and digests.</summary>
internal sealed class NodeClient : IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(20);

    private readonly INetwork _network;
    private readonly HttpClient _http;

    /// <summary>A client in a network.</summary>
    public NodeClient(INetwork network)
    {
        _network = network;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectPatience,
            ConnectCallback = ConnectAsync,
            // A connection to a node that was killed meanwhile is of no use.
            PooledConnectionLifetime = TimeSpan.Zero,
        };
        _http = new HttpClient(handler) { Timeout = AnswerPatience };
    }

    /// <summary>The partitions as a node sees them; null where it does not answer.</summary>
    public async Task<IReadOnlyList<PartitionStanding>?> PartitionsAsync(ClusterNode node)
    {
        using var status = await TryGetAsync(node, "status");
        if (status is null)
        {
            return null;
        }

        var names = status.RootElement.GetProperty("nodes").EnumerateArray()
            .ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("name").GetString()!);
        return
        [
            .. status.RootElement.GetProperty("partitions").EnumerateArray().Select(partition => new PartitionStanding(
                partition.GetProperty("partition").GetInt32(),
                partition.TryGetProperty("members", out var members) ? [.. members.EnumerateArray().Select(member => names[member.GetString()!])] : [],
                partition.TryGetProperty("learners", out var learners) ? learners.GetArrayLength() : 0,
                partition.TryGetProperty("reader", out var reader) ? names[reader.GetString()!] : null,
                partition.TryGetProperty("mode", out var mode) ? mode.GetString() : null)),
        ];
    }

    /// <summary>What a node's replicas sum up to; null where it does not answer.</summary>
    public async Task<IReadOnlyList<ReplicaSum>?> SumsAsync(ClusterNode node)
    {
        using var document = await TryGetAsync(node, "digest");
        return document is null
            ? null
            :
            [
                .. document.RootElement.GetProperty("replicas").EnumerateArray().Select(replica => new ReplicaSum(
                    node.Name,
                    replica.GetProperty("partition").GetInt32(),
                    replica.GetProperty("applied").GetString()!,
                    replica.GetProperty("keys").GetInt64(),
                    replica.GetProperty("digest").GetString())),
            ];
    }

    /// <summary>What a node tells of transactions; null where it does not answer.</summary>
    public async Task<NodeTransactions?> TransactionsAsync(ClusterNode node)
    {
        using var document = await TryGetAsync(node, "transactions");
        return document is null ? null : NodeTransactions.Read(node.Name, document.RootElement);
    }

    /// <summary>Whether a node says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(ClusterNode node)
    {
        using var answer = await TryGetAsync(node, "health/ready");
        return answer is not null;
    }

    /// <summary>Asks a node to have the partitions that it leads pass into a mode; where it does not answer, nothing comes of it.</summary>
    /// <exception cref="HarnessException">It knows of no such request.</exception>
    public async Task AskModeAsync(ClusterNode node, string mode)
    {
        try
        {
            using var content = new ByteArrayContent([]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-catena");
            using var answer = await _http.PostAsync(AddressOf(node, "partitions/mode", "?mode=" + mode), content);
            if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed)
            {
                throw new HarnessException($"{node.Name} cannot change modes: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException or IOException)
        {
            // It is down, paused or being started.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private Uri AddressOf(ClusterNode node, string what, string query = "") =>
        new UriBuilder("http", _network.AddressOf(node.Name).ToString(), node.Http, what, query).Uri;

    private async Task<JsonDocument?> TryGetAsync(ClusterNode node, string what)
    {
        try
        {
            return JsonDocument.Parse(await _http.GetStringAsync(AddressOf(node, what)));
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = _network.Observe();
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
