using System.Text;
using Catena.Cli.Bench;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.CommandLine;
using Catena.Compare.Redis;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;

namespace Catena.Compare.Tests.Redis;

public sealed class PlacedOperationsTests
{
    private static readonly HostPort One = new("127.0.0.1", 7101);
    private static readonly HostPort Two = new("127.0.0.1", 7102);
    private static readonly RecordKeys Keys = new("key-", false);

    [Fact]
    public void Slots_are_where_the_cluster_says()
    {
        var slots = Slots();
        Assert.Equal([One, Two], slots.Nodes);
        Assert.Equal(Two, slots.LeaderOf("foo"u8));
        Assert.Equal(Two, slots.LeaderOf("{foo}bar"u8));
        Assert.Equal(One, slots.LeaderOf("hello"u8));
    }

    [Theory]
    [InlineData("*0\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:16000\r\n*2\r\n$9\r\n127.0.0.1\r\n:7101\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$9\r\n127.0.0.1\r\n:7101\r\n")]
    [InlineData("*1\r\n*2\r\n:0\r\n:16383\r\n")]
    public void Slots_without_a_leader_are_refused(string answer) => Assert.Throws<InvalidDataException>(() => Parsed(answer));

    [Fact]
    public void Each_operation_goes_to_the_node_of_its_key()
    {
        var options = new BenchOptions { Nodes = [One, Two], Keys = 1000 };
        var placed = new PlacedOperations(new MixedOperations(options, new Prng(1), new RecordCount(1000)), Keys, Slots(), keepsAll: false);
        for (var count = 0; count < 2000; count++)
        {
            var node = count % 2 == 0 ? One : Two;
            Assert.True(placed.TryNext(node, out var operation));
            Assert.Equal(node, Slots().LeaderOf(Keys.Write(new byte[100], operation.Record)));
        }
    }

    [Fact]
    public void Every_record_is_written_once_at_whatever_node_has_it()
    {
        var placed = new PlacedOperations(new LoadingOperations(0, 1, 1000), Keys, Slots(), keepsAll: true);
        var seen = new HashSet<long>();
        while (placed.TryNext(One, out var operation))
        {
            Assert.True(seen.Add(operation.Record));
        }

        Assert.False(placed.IsDone);
        while (placed.TryNext(Two, out var operation))
        {
            Assert.True(seen.Add(operation.Record));
        }

        Assert.True(placed.IsDone);
        Assert.Equal(1000, seen.Count);
    }

    private static ClusterSlots Slots() => Parsed(
        "*2\r\n*4\r\n:0\r\n:8191\r\n*3\r\n$9\r\n127.0.0.1\r\n:7101\r\n$2\r\nid\r\n*3\r\n$9\r\n127.0.0.1\r\n:7102\r\n$2\r\nid\r\n"
        + "*3\r\n:8192\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:7102\r\n");

    private static ClusterSlots Parsed(string answer)
    {
        new RespReplyReader(RespLimits.Default).Read(Encoding.ASCII.GetBytes(answer), out var reply, out _);
        return ClusterSlots.Of(reply);
    }
}
