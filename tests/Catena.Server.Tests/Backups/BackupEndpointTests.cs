using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Backups;
using Catena.Server.Http;
using Catena.Server.Metrics;
using Catena.Server.Tests.Listeners;
using Catena.Storage.Partitions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Server.Tests.Backups;

/// <summary>The requests of backups and bulks, over HTTP.</summary>
public sealed class BackupEndpointTests : IAsyncLifetime, IReadiness
{
    private readonly LoneNode _node = new(partitions: 2);
    private readonly FakeRouter _router = new();
    private readonly HttpClient _client = new();
    private readonly BackupEndpoints _backups;
    private readonly HttpEndpoint _endpoint;

    public BackupEndpointTests()
    {
        _backups = new BackupEndpoints(() => _node.Core, new FakeCluster());
        _endpoint = new HttpEndpoint(
            new IPEndPoint(IPAddress.Loopback, 0),
            new FakeCluster(),
            this,
            () => [],
            () => [],
            () => [],
            () => "{}"u8.ToArray(),
            new MetricsRegistry(),
            NullLogger.Instance,
            _backups,
            new BulkEndpoints(() => _router),
            new PartitionEndpoints(() => _node.Core));
    }

    public Readiness Check() => Readiness.Ready;

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
        _backups.Dispose();
        _router.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task A_snapshot_and_the_log_behind_it_are_streamed_in_blocks()
    {
        for (var number = 0; number < 50; number++)
        {
            _node.Put($"{{a}}{number}", "v");
        }

        _node.Flush();
        var partition = new PartitionMap(2).Of("a"u8);
        var blocks = await BlocksAsync($"/backup/partitions/{partition}/snapshot");
        Assert.Equal([BlockKind.Begin, BlockKind.Piece, BlockKind.End], blocks.Select(block => block.Kind));
        var begin = StreamBegin.Read(blocks[0].Payload);
        Assert.Equal((new FakeCluster().Current.ClusterId, partition), (begin.Cluster, begin.Partition));
        Assert.Equal(50UL, StreamEnd.Read(blocks[^1].Payload).Keys);

        _node.Put("{a}new", "v");
        _node.Flush();
        blocks = await BlocksAsync($"/backup/partitions/{partition}/log?after={begin.After}");
        Assert.Equal([BlockKind.Begin, BlockKind.Entries, BlockKind.End], blocks.Select(block => block.Kind));
        Assert.Equal(1UL, StreamEnd.Read(blocks[^1].Payload).Entries);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_code()
    {
        Assert.Equal((HttpStatusCode.Conflict, FailureCodes.NotOnLineage), await RefusalAsync("/backup/partitions/0/log?after=9.99"));
        Assert.Equal((HttpStatusCode.Conflict, FailureCodes.NotMine), await RefusalAsync("/backup/partitions/5/snapshot"));
        Assert.Equal((HttpStatusCode.BadRequest, FailureCodes.BadRequest), await RefusalAsync("/backup/partitions/x/snapshot"));
        Assert.Equal((HttpStatusCode.BadRequest, FailureCodes.BadRequest), await RefusalAsync("/backup/partitions/0/log"));
        Assert.Equal((HttpStatusCode.BadRequest, FailureCodes.BadRequest), await RefusalAsync("/backup/partitions/0/log?after=x"));
        Assert.Equal((HttpStatusCode.BadRequest, FailureCodes.BadRequest), await RefusalAsync("/backup/partitions/0/snapshot?from=zz"));

        // An entry of a later epoch may come yet, and is not there.
        var last = _node.Host().Status.Last;
        var blocks = await BlocksAsync($"/backup/partitions/0/log?after={last}&through=9.{(last.Sequence + 1).ToString(CultureInfo.InvariantCulture)}");
        Assert.Equal(FailureCodes.NotOnLineage, StreamFailure.Read(blocks[^1].Payload).Code);
    }

    [Fact]
    public async Task What_changes_something_must_say_that_it_means_to()
    {
        foreach (var path in new[] { "/backup/hold?hold=5", "/backup/release?hold=5", "/partitions/epoch?least=9", "/partitions/mode?mode=chain", "/bulk" })
        {
            using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), new StringContent("x"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Null(_node.Ports.Proposed);
    }

    [Fact]
    public async Task First_members_are_asked_for_another_mode_and_propose_it()
    {
        Assert.Equal("""{"asked":[1]}""", await PostAsync("/partitions/mode?mode=chain&partition=1", []));
        Assert.Equal((ReplicationMode.Chain, 2UL), (_node.Ports.Proposed!.Mode, _node.Ports.Proposed.Epoch.Value));
        Assert.Equal([7UL], _node.Ports.Proposed.Members.Select(member => member.Value));
        Assert.Equal("""{"asked":[0,1]}""", await PostAsync("/partitions/mode?mode=apportioned-chain", []));
        Assert.Contains(FailureCodes.NotMine, await PostAsync("/partitions/mode?mode=chain&partition=2", []), StringComparison.Ordinal);
        Assert.Contains(FailureCodes.BadRequest, await PostAsync("/partitions/mode?mode=ring", []), StringComparison.Ordinal);
        Assert.Contains(FailureCodes.BadRequest, await PostAsync("/partitions/mode?mode=chain&partition=x", []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Served_partitions_are_listed_with_their_mode()
    {
        using var listed = JsonDocument.Parse(await _client.GetStringAsync(new Uri("/backup/partitions", UriKind.Relative)));
        Assert.Equal(
            ["primary-backup", "primary-backup"], listed.RootElement.GetProperty("partitions").EnumerateArray().Select(partition => partition.GetProperty("mode").GetString()));
    }

    [Fact]
    public async Task A_hold_tells_marks_and_its_release_what_was_unbroken()
    {
        using var held = JsonDocument.Parse(await PostAsync("/backup/hold?hold=5&milliseconds=100", []));
        Assert.Equal(
            [_node.Host(0).Status.Last.ToString(), _node.Host(1).Status.Last.ToString()],
            held.RootElement.GetProperty("partitions").EnumerateArray().Select(partition => partition.GetProperty("last").GetString()));
        _node.Put("a", "1", tag: 1);
        Assert.Empty(_node.Results);
        using var released = JsonDocument.Parse(await PostAsync("/backup/release?hold=5", []));
        Assert.Equal(2, released.RootElement.GetProperty("unbroken").GetArrayLength());
        _node.Flush();
        Assert.Single(_node.Results);
        Assert.Contains(FailureCodes.NoHold, await PostAsync("/backup/release?hold=5", []), StringComparison.Ordinal);
        Assert.Contains(FailureCodes.BadRequest, await PostAsync("/backup/hold?hold=5&milliseconds=2001", []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bulk_is_written_as_a_whole_or_says_what_is_in_the_way()
    {
        Assert.Equal("""{"written":2}""", await PostAsync("/bulk", Bulk(("a", "1"), ("b", "2"))));
        Assert.Equal(["Put a", "Put b"], _router.Started);
        Assert.Equal("""{"written":0}""", await PostAsync("/bulk", Bulk()));

        _router.Fails = key => key == "b" ? ErrorCode.NotEnoughReplicas : null;
        Assert.Contains(FailureCodes.TryAgain, await PostAsync("/bulk", Bulk(("a", "1"), ("b", "2"))), StringComparison.Ordinal);
        _router.Fails = key => key == "b" ? ErrorCode.ValueTooLong : ErrorCode.OutcomeUnknown;
        Assert.Contains(FailureCodes.ValueTooLong, await PostAsync("/bulk", Bulk(("a", "1"), ("b", "2"))), StringComparison.Ordinal);

        var damaged = Bulk(("a", "1"));
        damaged[^1] ^= 1;
        Assert.Contains(FailureCodes.BadRequest, await PostAsync("/bulk", damaged), StringComparison.Ordinal);
        Assert.Contains("not in its slot", await PostAsync("/bulk", Bulk(("a", "1"), ("b", "2")).Misplaced()), StringComparison.Ordinal);
    }

    private static byte[] Bulk(params (string Key, string Value)[] entries)
    {
        var writer = new ArrayBufferWriter<byte>();
        SnapshotPiece.Begin(writer);
        foreach (var (key, value) in entries)
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            var stored = new byte[StoredKey.PrefixLength + bytes.Length];
            StoredKey.Write(stored, HashSlot.Of(bytes).Value, 0, bytes);
            SnapshotPiece.Add(writer, stored, Lsn.Zero, 0, Encoding.UTF8.GetBytes(value));
        }

        var piece = writer.WrittenSpan.ToArray();
        SnapshotPiece.Seal(piece);
        return piece;
    }

    private async Task<string> PostAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-catena");
        using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<(HttpStatusCode Status, string? Code)> RefusalAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, document.RootElement.GetProperty("code").GetString());
    }

    private async Task<List<(BlockKind Kind, byte[] Payload)>> BlocksAsync(string path)
    {
        await using var stream = await _client.GetStreamAsync(new Uri(path, UriKind.Relative));
        var reader = new BlockReader(stream);
        var blocks = new List<(BlockKind, byte[])>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            blocks.Add((reader.Kind, reader.Payload.ToArray()));
        }

        return blocks;
    }
}
