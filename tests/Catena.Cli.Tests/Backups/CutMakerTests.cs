using System.Collections.Concurrent;
using Catena.Cli.Backups;
using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;
using Catena.Core.Primitives;

namespace Catena.Cli.Tests.Backups;

/// <summary>Cuts are made of holds that lasted until every node had answered, and of nothing less.</summary>
public sealed class CutMakerTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<string> _events = new();
    private readonly FakeHttpServer _one;
    private readonly FakeHttpServer _two;
    private readonly ClusterClient _client;
    private Func<string, string> _oneReleases = _ => """{"unbroken":[0]}""";
    private Func<string, string> _twoHolds = _ => """{"partitions":[{"partition":1,"last":"1.20"}]}""";

    public CutMakerTests()
    {
        _one = new FakeHttpServer(path => (200, Answer("one", path, """{"partitions":[{"partition":0,"last":"1.10"}]}""", _oneReleases)));
        _two = new FakeHttpServer(path => (200, path.StartsWith("/backup/hold", StringComparison.Ordinal)
            ? Told("two", "hold", _twoHolds(path))
            : Answer("two", path, "", _ => """{"unbroken":[1]}""")));
        _client = new ClusterClient([_one.Address], TimeSpan.FromSeconds(10));
    }

    public void Dispose()
    {
        _client.Dispose();
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public async Task Nothing_is_released_before_everything_is_held()
    {
        _twoHolds = _ =>
        {
            // Long enough for a release that does not wait for this answer.
            SpinWait.SpinUntil(() => _events.Contains("one release"), Grace);
            return """{"partitions":[{"partition":1,"last":"1.20"}]}""";
        };
        Assert.Equal(["1.10", "1.20"], (await MakeAsync(1, Chain(10), Chain(20))).Select(mark => mark.ToString()));
        Assert.All(_events.Chunk(4), hold =>
        {
            Assert.Equal(["one hold", "two hold"], hold.Take(2).Order());
            Assert.Equal(["one release", "two release"], hold.Skip(2).Order());
        });
    }

    [Fact]
    public async Task The_first_hold_is_a_rehearsal_of_a_millisecond_and_no_cut()
    {
        var limits = new ConcurrentQueue<string>();
        _twoHolds = path =>
        {
            limits.Enqueue(path[path.LastIndexOf('&')..]);
            return limits.Count == 1 ? """{"partitions":[{"partition":1,"last":"1.19"}]}""" : """{"partitions":[{"partition":1,"last":"1.20"}]}""";
        };
        Assert.Equal("1.20", (await MakeAsync(1, Chain(10), Chain(19)))[1].ToString());
        Assert.Equal(["&milliseconds=1", "&milliseconds=2000"], limits);
    }

    [Fact]
    public async Task A_hold_that_was_broken_is_no_cut_and_the_next_try_may_be()
    {
        var releases = 0;
        _oneReleases = _ => ++releases < 4 ? """{"unbroken":[]}""" : """{"unbroken":[0]}""";
        Assert.Equal("1.10", (await MakeAsync(5, Chain(10), Chain(20)))[0].ToString());
        Assert.Equal(4, releases);
    }

    [Fact]
    public async Task A_partition_that_nobody_holds_is_no_cut()
    {
        _twoHolds = _ => """{"partitions":[]}""";
        var refused = await Assert.ThrowsAsync<CommandException>(() => MakeAsync(2, Chain(10), Chain(20)));
        Assert.Contains("partition 1 was not held", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_stood_before_what_was_read_of_it_is_no_cut()
    {
        var refused = await Assert.ThrowsAsync<CommandException>(() => MakeAsync(2, Chain(11), Chain(20)));
        Assert.Contains("stood at 1.10, before 1.11", refused.Message, StringComparison.Ordinal);
    }

    private static PartitionChain Chain(ulong through) =>
        new([new PoolFile(PoolFileKind.Snapshot, default, new Lsn(new Epoch(1), through), new Lsn(new Epoch(1), through), through, 0, 0)]);

    private async Task<Lsn[]> MakeAsync(int tries, params PartitionChain[] chains)
    {
        await _client.RefreshAsync(CancellationToken.None);
        return await new CutMaker(_client, new BackupSettings { CutTries = tries, Hold = TimeSpan.FromSeconds(2) }).MakeAsync(chains, CancellationToken.None);
    }

    private string Answer(string node, string path, string hold, Func<string, string> release) =>
        path.StartsWith("/backup/hold", StringComparison.Ordinal) ? Told(node, "hold", hold)
        : path.StartsWith("/backup/release", StringComparison.Ordinal) ? Told(node, "release", release(path))
        : $$"""
          {
            "cluster": { "name": "x", "id": "0f8fad5b-d9cb-469f-a165-70867728950e", "state": "alive" },
            "self": "a1",
            "nodes": [
              { "id": "a1", "name": "n1", "state": "alive", "addresses": { "http": "{{_one.Address}}" } },
              { "id": "b2", "name": "n2", "state": "alive", "addresses": { "http": "{{_two.Address}}" } }
            ],
            "partitions": [ { "partition": 0, "epoch": 1, "members": ["a1"] }, { "partition": 1, "epoch": 1, "members": ["b2"] } ]
          }
          """;

    private string Told(string node, string what, string answer)
    {
        _events.Enqueue($"{node} {what}");
        return answer;
    }
}
