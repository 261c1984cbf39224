using System.Globalization;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Server.Listeners;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisKeyspaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_scan_finds_every_key_once_over_all_partitions(int count)
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        var keys = Fill(client, 300);
        var found = new List<string>();
        var cursor = "0";
        var calls = 0;
        do
        {
            (cursor, var page) = Scan(client, cursor, "COUNT", count.ToString(CultureInfo.InvariantCulture));
            found.AddRange(page);
            calls++;
        }
        while (cursor != "0");
        Assert.Equal(keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.True(count < 1000 || calls == 1, $"{calls} calls for one page");
    }

    [Fact]
    public async Task A_scan_filters_by_pattern_and_type()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        Fill(client, 50);
        var (cursor, page) = Scan(client, "0", "MATCH", "key-1?", "COUNT", "1000", "TYPE", "string");
        Assert.Equal("0", cursor);
        Assert.Equal(10, page.Count);
        client.Ask("SCAN 0 TYPE list", "*2\r\n$1\r\n0\r\n*0\r\n");
        client.Ask("SCAN 99999", "*2\r\n$1\r\n0\r\n*0\r\n");
    }

    [Fact]
    public async Task Requests_about_all_keys_reach_every_partition()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        Fill(client, 100);
        client.Ask("DBSIZE", ":100\r\n");
        client.Request("KEYS", "key-*");
        client.Expect("*100\r\n");
        for (var i = 0; i < 100; i++)
        {
            Assert.StartsWith("key-", client.ReceiveBulk(), StringComparison.Ordinal);
        }

        client.Ask("KEYS none*", "*0\r\n");
        client.Ask("FLUSHDB", "+OK\r\n");
        client.Ask("DBSIZE", ":0\r\n");
    }

    [Fact]
    public async Task Requests_about_all_keys_work_where_answers_come_late_and_from_other_threads()
    {
        await using var host = new RedisHost();
        host.Router.Scatter(5);
        using var client = host.Connect();
        var keys = Fill(client, 100);
        client.Ask("DBSIZE", ":100\r\n");
        var (_, page) = Scan(client, "0", "COUNT", "5000");
        Assert.Equal(keys.Order(StringComparer.Ordinal), page.Order(StringComparer.Ordinal));
        client.Ask("FLUSHALL", "+OK\r\n");
        client.Ask("DBSIZE", ":0\r\n");
    }

    [Fact]
    public async Task A_partition_that_cannot_answer_makes_the_whole_request_fail()
    {
        await using var host = new RedisHost();
        host.Router.Fails = key => key.Length == 0 ? ErrorCode.TryAgain : null;
        using var client = host.Connect();
        const string Error = "-TRYAGAIN the partition has no serving first member for now\r\n";
        client.Ask("DBSIZE", Error);
        client.Ask("KEYS *", Error);
        client.Ask("SCAN 0", Error);
        client.Ask("FLUSHALL", Error);
        client.Ask("PING", "+PONG\r\n");
    }

    [Fact]
    public async Task A_reply_that_would_be_too_long_is_refused()
    {
        await using var host = new RedisHost(new ListenerOptions { MaxGatheredBytes = 200 });
        using var client = host.Connect();
        Fill(client, 100);
        client.Ask("KEYS *", "-ERR the reply would be longer than the limit; use SCAN\r\n");
        client.Ask("DBSIZE", ":100\r\n");
    }

    [Fact]
    public async Task The_keys_of_one_slot_can_be_counted_and_listed()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("MSET {t}a 1 {t}b 2", "+OK\r\n");
        var slot = HashSlot.Of("t"u8).ToString();
        client.Ask($"CLUSTER COUNTKEYSINSLOT {slot}", ":2\r\n");
        client.Ask($"CLUSTER GETKEYSINSLOT {slot} 1", "*1\r\n$4\r\n{t}a\r\n");
        client.Ask("CLUSTER COUNTKEYSINSLOT 0", ":0\r\n");
        client.Ask("CLUSTER COUNTKEYSINSLOT 16384", "-ERR Invalid or out of range slot\r\n");
    }

    private static List<string> Fill(Wire client, int count)
    {
        var keys = Enumerable.Range(0, count).Select(i => $"key-{i}").ToList();
        client.Send(string.Concat(keys.Select(key => Wire.Encode("SET", key, "v"))));
        client.Expect(string.Concat(Enumerable.Repeat("+OK\r\n", count)));
        return keys;
    }

    private static (string Cursor, List<string> Keys) Scan(Wire client, params string[] arguments)
    {
        client.Request(["SCAN", .. arguments]);
        client.Expect("*2\r\n");
        var cursor = client.ReceiveBulk();
        client.Expect("*");
        var count = "";
        while (!count.EndsWith('\n'))
        {
            count += (char)client.Receive(1)[0];
        }

        var keys = new List<string>();
        for (var i = int.Parse(count, CultureInfo.InvariantCulture); i > 0; i--)
        {
            keys.Add(client.ReceiveBulk());
        }

        return (cursor, keys);
    }
}
