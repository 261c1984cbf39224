using System.Net;
using System.Text.Json;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Http;
using Catena.Server.Metrics;
using Catena.Server.Partitions;
using Catena.Server.Tests.Listeners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Server.Tests.Http;

public sealed class HttpEndpointTests : IAsyncLifetime, IReadiness
{
    private readonly FakeCluster _cluster = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly HttpClient _client = new();
    private readonly HttpEndpoint _endpoint;
    private Readiness _readiness = Readiness.Ready;

    public HttpEndpointTests() => _endpoint = new HttpEndpoint(
        new IPEndPoint(IPAddress.Loopback, 0), _cluster, this, Replicas, Digests, () => [new AnnouncementReport("thrift", "/kvstore", "127.0.0.1:7201", false, "no right")], () => "{}"u8.ToArray(), _metrics, NullLogger.Instance);

    public Readiness Check() => _readiness;

    public async ValueTask InitializeAsync()
    {
        await _endpoint.StartAsync(CancellationToken.None);
        _client.BaseAddress = new Uri($"http://{_endpoint.EndPoint}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.StopAsync(CancellationToken.None);
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task A_node_is_live_for_as_long_as_it_answers()
    {
        using var answer = await _client.GetAsync(new Uri("/health/live", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Readiness_is_told_with_its_reason()
    {
        using (var ready = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        _readiness = Readiness.NotReady("3 partitions are not served");
        using var answer = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"state":"not ready","reason":"3 partitions are not served"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Metrics_are_in_the_text_format()
    {
        _metrics.Counter("catena_things_total", "Things.").Add(3);
        using var answer = await _client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.StartsWith("text/plain; version=0.0.4", answer.Content.Headers.ContentType?.ToString(), StringComparison.Ordinal);
        Assert.Equal("# HELP catena_things_total Things.\n# TYPE catena_things_total counter\ncatena_things_total 3\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Status_describes_cluster_nodes_partitions_and_replicas()
    {
        _cluster.Current = _cluster.Current with { Partitions = _cluster.Current.Partitions.SetItem(1, null) };
        using var status = JsonDocument.Parse(await _client.GetStringAsync(new Uri("/status", UriKind.Relative)));
        var root = status.RootElement;
        Assert.Equal("alive", root.GetProperty("cluster").GetProperty("state").GetString());
        Assert.Equal("00000000000000a1", root.GetProperty("self").GetString());

        var node = root.GetProperty("nodes")[1];
        Assert.Equal("n2", node.GetProperty("name").GetString());
        Assert.Equal("sub-master", node.GetProperty("role").GetString());
        Assert.Equal(12, node.GetProperty("pid").GetInt32());
        Assert.Equal("127.0.0.1:7202", node.GetProperty("addresses").GetProperty("thrift").GetString());
        Assert.Equal("127.0.0.1:7502", node.GetProperty("addresses").GetProperty("table").GetString());
        Assert.Equal("127.0.0.1:7002", node.GetProperty("addresses").GetProperty("text").GetString());
        Assert.False(root.GetProperty("nodes")[0].GetProperty("addresses").TryGetProperty("thrift", out _));
        Assert.False(root.GetProperty("nodes")[0].GetProperty("addresses").TryGetProperty("table", out _));

        var partition = root.GetProperty("partitions")[2];
        Assert.Equal("4096-6143", partition.GetProperty("slots").GetString());
        Assert.Equal(4, partition.GetProperty("epoch").GetInt32());
        Assert.Equal("primary-backup", partition.GetProperty("mode").GetString());
        Assert.Equal(["00000000000000a1", "00000000000000b2"], partition.GetProperty("members").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("00000000000000a1", partition.GetProperty("reader").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("partitions")[1].GetProperty("epoch").ValueKind);

        var replica = root.GetProperty("replicas")[0];
        Assert.Equal(3, replica.GetProperty("damage").GetProperty("met").GetInt32());
        Assert.Equal(2, replica.GetProperty("damage").GetProperty("givenUp").GetInt32());
        Assert.Equal(1, replica.GetProperty("damage").GetProperty("keys").GetInt32());
        Assert.Equal(7, replica.GetProperty("damage").GetProperty("entry").GetInt32());
        Assert.Equal("a value is damaged", replica.GetProperty("damage").GetProperty("last").GetString());
        Assert.Equal("serving", replica.GetProperty("phase").GetString());
        Assert.Equal("4.1017", replica.GetProperty("last").GetString());
        Assert.Equal(1015, replica.GetProperty("committed").GetInt32());
        Assert.False(replica.GetProperty("gaveUp").GetBoolean());

        var announcement = root.GetProperty("announcements")[0];
        Assert.Equal("thrift", announcement.GetProperty("protocol").GetString());
        Assert.Equal("/kvstore", announcement.GetProperty("path").GetString());
        Assert.Equal("127.0.0.1:7201", announcement.GetProperty("data").GetString());
        Assert.False(announcement.GetProperty("standing").GetBoolean());
        Assert.Equal("no right", announcement.GetProperty("problem").GetString());
    }

    [Fact]
    public async Task Digests_are_told_for_each_replica_and_withheld_where_the_state_moved_on()
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(new Uri("/digest", UriKind.Relative)));
        Assert.Equal("00000000000000a1", document.RootElement.GetProperty("self").GetString());
        var replicas = document.RootElement.GetProperty("replicas");
        Assert.Equal(2, replicas.GetArrayLength());
        Assert.Equal(2, replicas[0].GetProperty("partition").GetInt32());
        Assert.Equal("4.1017", replicas[0].GetProperty("applied").GetString());
        Assert.Equal(5, replicas[0].GetProperty("keys").GetInt32());
        Assert.Equal("00000000000000ff", replicas[0].GetProperty("digest").GetString());
        Assert.Equal(JsonValueKind.Null, replicas[1].GetProperty("digest").ValueKind);
    }

    [Fact]
    public async Task Anything_else_is_not_found_and_nothing_can_be_changed()
    {
        using var unknown = await _client.GetAsync(new Uri("/nothing", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var post = await _client.PostAsync(new Uri("/status", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    private static IEnumerable<ReplicaDigest> Digests() =>
    [
        new ReplicaDigest(new PartitionId(2), new Lsn(new Epoch(4), 1017), 5, 0xff),
        new ReplicaDigest(new PartitionId(3), new Lsn(new Epoch(4), 9), 1, null),
    ];

    private static IReadOnlyList<ReplicaReport> Replicas() =>
    [
        new ReplicaReport(
            new ReplicaStatus(
                new PartitionId(2), new Epoch(4), FakeCluster.Partition(2), ReplicaPhase.Serving, new Lsn(new Epoch(4), 1017), 1016, 1015, 1014, false, false, false),
            new DamageStatus(3, 2, 1, 7, "a value is damaged")),
    ];
}
