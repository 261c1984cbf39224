using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Server.Http.Search;
using Catena.Server.Metrics;
using Catena.Server.Tests.Listeners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Server.Tests.Http;

/// <summary>What the search service answers, byte by byte.</summary>
public sealed class SearchTests : IAsyncLifetime, IDisposable
{
    private const string Written = "SUCCESFULLY WRITTEN";
    private const string Present = "Key already present! Try with a different key.";

    private readonly FakeRouter _router = new();
    private readonly FakeCluster _cluster = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly HttpClient _client = new();
    private readonly SearchEndpoint _endpoint;

    public SearchTests() => _endpoint = new SearchEndpoint(
        new IPEndPoint(IPAddress.Loopback, 0), 100, 1000, new SearchRequests(_router, _cluster, _metrics), _metrics, NullLogger.Instance);

    public async ValueTask InitializeAsync()
    {
        await _endpoint.StartAsync(CancellationToken.None);
        _client.BaseAddress = new Uri($"http://{_endpoint.EndPoint}");
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.StopAsync(CancellationToken.None);
        await _endpoint.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _router.Dispose();
    }

    [Fact]
    public async Task What_was_written_is_read_as_Python_prints_it()
    {
        Assert.Equal((200, "Key not found!"), await GetAsync("/get?key=k"));
        Assert.Equal((200, Written), await PutAsync("""{"key": "k", "values": ["x", "it's", "é"]}"""));
        Assert.Equal((200, """['x', "it's", 'é']"""), await GetAsync("/get?key=k"));
        Assert.Equal((200, Written), await PutAsync("""{"key": "a key & é", "values": []}"""));
        Assert.Equal((200, "[]"), await GetAsync("/get?key=a+key+%26+%C3%A9"));
        Assert.Equal(["Get k", "Put k", "Get k"], _router.Started.Take(3));
    }

    [Fact]
    public async Task The_same_again_is_success_and_anything_else_is_refused()
    {
        const string Body = """{"key": "k", "values": ["x", "y"]}""";
        Assert.Equal((200, Written), await PutAsync(Body));
        Assert.Equal((200, Written), await PutAsync("""{"values":["x","\u0079"],"key":"k"}"""));
        Assert.Equal((200, Present), await PutAsync("""{"key": "k", "values": ["y", "x"]}"""));
        Assert.Equal((200, Present), await PutAsync("""{"key": "k", "values": ["x"]}"""));
        Assert.Equal((200, "['x', 'y']"), await GetAsync("/get?key=k"));
    }

    [Fact]
    public async Task Of_many_at_once_all_that_say_the_same_succeed_and_no_other()
    {
        var bodies = Enumerable.Range(0, 40).Select(number => $$"""{"key": "k", "values": ["{{number % 2}}"]}""");
        var answers = await Task.WhenAll(bodies.Select(PutAsync));
        Assert.All(answers, answer => Assert.Equal(200, answer.Code));
        var stored = (await GetAsync("/get?key=k")).Text;
        for (var number = 0; number < answers.Length; number++)
        {
            Assert.Equal(stored == $"['{number % 2}']" ? Written : Present, answers[number].Text);
        }
    }

    [Fact]
    public async Task What_another_protocol_has_written_is_shown_as_one_text()
    {
        await StoreAsync("plain", "hello");
        await StoreAsync("list", """["a", "b"]""");
        Assert.Equal((200, "['hello']"), await GetAsync("/get?key=plain"));
        Assert.Equal((200, "['a', 'b']"), await GetAsync("/get?key=list"));
        Assert.Equal((200, Written), await PutAsync("""{"key": "plain", "values": ["hello"]}"""));
        Assert.Equal((200, Present), await PutAsync("""{"key": "plain", "values": ["world"]}"""));
    }

    [Fact]
    public async Task A_search_tells_the_first_member_that_runs_or_else_anybody()
    {
        var view = _cluster.Current;
        _cluster.Current = view with { Nodes = [view.Nodes[0] with { Host = "10.0.0.1" }, view.Nodes[1] with { Host = "10.0.0.2" }, view.Nodes[2]] };

        // "a" is in partition 7 of 8 and "foo" in 5, whose first is the second node; "b" is in 1.
        Assert.Equal((200, "10.0.0.2"), await GetAsync("/get?search=a"));
        Assert.Equal((200, "10.0.0.2"), await GetAsync("/get?search=foo"));
        var even = Enumerable.Range(0, 100).Select(number => $"key-{number}").First(key => new PartitionMap(8).Of(Encoding.UTF8.GetBytes(key)).Value % 2 == 0);
        Assert.Equal((200, "10.0.0.1"), await GetAsync($"/get?search={even}"));

        // The first does not run: the next member. Names are resolved, and one that has no address is passed over.
        _cluster.Current = view with { Nodes = [view.Nodes[0] with { Host = "localhost" }, view.Nodes[1] with { IsAlive = false }, view.Nodes[2]] };
        Assert.Equal((200, "127.0.0.1"), await GetAsync("/get?search=a"));
        _cluster.Current = view with { Nodes = [view.Nodes[0] with { Host = "10.0.0.1" }, view.Nodes[1] with { Host = "nobody.invalid" }, view.Nodes[2]] };
        Assert.Equal((200, "10.0.0.1"), await GetAsync("/get?search=a"));

        // Not even a configuration, nor a registration: the address that was asked.
        _cluster.Current = view with { Partitions = [null], Nodes = [] };
        Assert.Equal((200, "127.0.0.1"), await GetAsync("/get?search=a"));
        Assert.Empty(_router.Started);
    }

    [Theory]
    [InlineData("/get")]
    [InlineData("/get?key=")]
    [InlineData("/get?search=a&key=b")]
    public async Task A_query_that_makes_no_sense_is_refused(string path) => Assert.Equal((400, "Error: the query is to be ?search=KEY or ?key=KEY"), await GetAsync(path));

    [Fact]
    public async Task A_request_that_makes_no_sense_is_refused_with_a_reason()
    {
        var (code, text) = await PutAsync("{");
        Assert.Equal(400, code);
        Assert.StartsWith("Error: the body is no JSON", text, StringComparison.Ordinal);
        Assert.Equal((400, "Error: the field \"values\" is missing"), await PutAsync("""{"key": "k"}"""));
        Assert.Equal((400, "Error: a key has at most 65535 bytes"), await PutAsync($$"""{"key": "{{new string('k', 65_536)}}", "values": []}"""));
        Assert.Equal((200, "Key not found!"), await GetAsync("/get?key=" + string.Concat(Enumerable.Repeat("%C3%A9", 32_767))));
        Assert.Equal(413, (await PutAsync(new string(' ', 200_000))).Code);
        Assert.Equal(404, (await GetAsync("/other")).Code);
        Assert.Contains("catena_malformed_requests_total{protocol=\"search\"} 4\n", _metrics.Print(), StringComparison.Ordinal);
        Assert.Contains("catena_requests_total{protocol=\"search\"} 5\n", _metrics.Print(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCode.TryAgain, 503, "nothing happened, try again")]
    [InlineData(ErrorCode.NotEnoughReplicas, 503, "nothing happened")]
    [InlineData(ErrorCode.ReadOnly, 507, "nothing was written")]
    [InlineData(ErrorCode.ValueTooLong, 413, "Error: ")]
    [InlineData(ErrorCode.OutcomeUnknown, 504, "it is unknown whether this was carried out")]
    public async Task Failures_of_the_store_are_told_and_open_outcomes_apart(ErrorCode error, int code, string part)
    {
        _router.Fails = _ => error;
        foreach (var (got, text) in new[] { await PutAsync("""{"key": "k", "values": []}"""), await GetAsync("/get?key=k") })
        {
            Assert.Equal(code, got);
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connections_are_counted_and_what_is_under_way_is_answered_before_the_end()
    {
        _router.Holds = kind => kind == CommandKind.Get;
        var answer = GetAsync("/get?key=k");
        await Wait.UntilAsync(() => _router.HeldCount == 1, "the request had arrived");
        Assert.Contains("catena_connections{protocol=\"search\"} 1\n", _metrics.Print(), StringComparison.Ordinal);
        var stopping = _endpoint.StopAsync(CancellationToken.None);
        _router.ReleaseAll();
        Assert.Equal((200, "Key not found!"), await answer);
        await stopping;
    }

    private async Task<(int Code, string Text)> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<(int Code, string Text)> PutAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PutAsync(new Uri("/put", UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task StoreAsync(string key, string value)
    {
        var sink = new OneResult();
        Store(key, value, sink);
        await sink.Result;
    }

    private void Store(string key, string value, OneResult sink) => _router.Execute(
        new Command { Kind = CommandKind.Put, Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value, Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) }, sink, 0);
}
