using System.Net;
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
                partition.TryGetProperty("learners", out var learners) ? learners.GetArrayLength() : 0)),
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

    /// <summary>Whether a node says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(ClusterNode node)
    {
        using var answer = await TryGetAsync(node, "health/ready");
        return answer is not null;
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument?> TryGetAsync(ClusterNode node, string what)
    {
        try
        {
            var address = new UriBuilder("http", _network.AddressOf(node.Name).ToString(), node.Http, what).Uri;
            return JsonDocument.Parse(await _http.GetStringAsync(address));
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
