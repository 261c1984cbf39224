using System.Collections.Immutable;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisClusterTests
{
    private static readonly PartitionMap Map = new(8);

    [Fact]
    public async Task Keys_that_another_node_reads_are_answered_with_its_address()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        var (here, there) = (KeyOf(0), KeyOf(1));
        client.Ask($"SET {here} v", "+OK\r\n");
        client.Ask($"SET {there} v", $"-MOVED {HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(there))} 127.0.0.1:7102\r\n");
        client.Ask($"MGET {there}", $"-MOVED {HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(there))} 127.0.0.1:7102\r\n");
        Assert.Equal([$"Put {here}"], host.Router.Started);
    }

    [Fact]
    public async Task A_read_that_may_be_out_of_date_is_taken_by_every_member()
    {
        await using var host = new RedisHost(isCluster: true);
        host.Cluster.Current = host.Cluster.Current with
        {
            Partitions = host.Cluster.Current.Partitions.SetItem(3, FakeCluster.Partition(3)! with { Members = [FakeCluster.Two] }),
        };
        using var client = host.Connect();
        var (read, held, away) = (KeyOf(0), KeyOf(1), KeyOf(3));
        client.Ask($"CATENA.GET {read} STALENESS 10", "*2\r\n$-1\r\n:7\r\n");
        client.Ask($"CATENA.GET {held} STALENESS 10", "*2\r\n$-1\r\n:7\r\n");
        client.Ask($"GET {held}", $"-MOVED {HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(held))} 127.0.0.1:7102\r\n");
        client.Ask($"CATENA.GET {away} STALENESS 10", $"-MOVED {HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(away))} 127.0.0.1:7102\r\n");
    }

    [Fact]
    public async Task In_a_chain_the_reader_is_shown_and_writes_are_taken_there()
    {
        await using var host = new RedisHost(isCluster: true);
        host.Cluster.Current = host.Cluster.Current with
        {
            Partitions = [.. Enumerable.Range(0, 8).Select(i => FakeCluster.Partition(i)! with { Mode = Core.Replication.ReplicationMode.Chain })],
        };
        using var client = host.Connect();
        var (headed, tailed) = (KeyOf(0), KeyOf(1));
        client.Ask($"SET {tailed} v", "+OK\r\n");
        client.Ask($"SET {headed} v", $"-MOVED {HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(headed))} 127.0.0.1:7102\r\n");
        Assert.Equal([$"Put {tailed}"], host.Router.Started);
        client.Request("INFO", "replication");
        var info = client.ReceiveBulk();
        Assert.Contains("catena_partitions_first:4\r\ncatena_partitions_reader:4\r\n", info, StringComparison.Ordinal);
        client.Ask("WAIT 1 100", ":1\r\n");
    }

    [Fact]
    public async Task Without_cluster_mode_every_key_is_taken()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask($"SET {KeyOf(1)} v", "+OK\r\n");
    }

    [Fact]
    public async Task A_partition_without_configuration_is_not_served()
    {
        await using var host = new RedisHost(isCluster: true);
        host.Cluster.Current = host.Cluster.Current with { Partitions = host.Cluster.Current.Partitions.SetItem(2, null) };
        using var client = host.Connect();
        client.Ask($"GET {KeyOf(2)}", "-CLUSTERDOWN Hash slot not served\r\n");
        host.Cluster.Current = host.Cluster.Current with { Partitions = [] };
        client.Ask($"GET {KeyOf(0)}", "-CLUSTERDOWN Hash slot not served\r\n");
        client.Ask("DBSIZE", "-CLUSTERDOWN Hash slot not served\r\n");
    }

    [Fact]
    public async Task In_cluster_mode_a_node_counts_and_scans_what_it_reads()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        client.Ask("DBSIZE", ":0\r\n");
        Assert.Equal(4, host.Router.Started.Count(command => command == "Count"));
        client.Ask("SCAN 0", "*2\r\n$1\r\n0\r\n*0\r\n");
        Assert.Equal(4, host.Router.Started.Count(command => command == "Scan"));
    }

    [Fact]
    public async Task Slots_tell_who_reads_what()
    {
        await using var host = new RedisHost(isCluster: true);
        host.Cluster.Current = host.Cluster.Current with
        {
            Partitions = [.. Enumerable.Range(0, 8).Select(i => FakeCluster.Partition(i < 4 ? 0 : 1))],
        };
        using var client = host.Connect();
        const string First = "*4\r\n$9\r\n127.0.0.1\r\n:7101\r\n$40\r\n00000000000000a1000000000000000000000000\r\n*0\r\n";
        const string Second = "*4\r\n$9\r\n127.0.0.1\r\n:7102\r\n$40\r\n00000000000000b2000000000000000000000000\r\n*0\r\n";
        client.Ask("CLUSTER SLOTS", $"*2\r\n*3\r\n:0\r\n:8191\r\n{First}*3\r\n:8192\r\n:16383\r\n{Second}");
        client.Request("CLUSTER", "SHARDS");
        client.Expect("*2\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:8191\r\n$5\r\nnodes\r\n*1\r\n*14\r\n$2\r\nid\r\n$40\r\n00000000000000a1");
    }

    [Fact]
    public async Task What_arranges_a_Redis_cluster_is_refused_and_what_asks_only_is_answered()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        const string One = "00000000000000a1000000000000000000000000";
        client.Ask("CLUSTER MYID", $"$40\r\n{One}\r\n");
        client.Ask("CLUSTER MYSHARDID", $"$40\r\n{One}\r\n");
        client.Ask("CLUSTER LINKS", "*0\r\n");
        client.Ask($"CLUSTER REPLICAS {One}", "*0\r\n");
        client.Ask("CLUSTER REPLICAS nobody", "-ERR Unknown node nobody\r\n");
        client.Ask($"CLUSTER COUNT-FAILURE-REPORTS {One}", ":0\r\n");
        client.Ask("CLUSTER MEET 127.0.0.1 1", "-ERR CLUSTER MEET is not supported: the cluster places and moves partitions by itself\r\n");
        client.Ask("CLUSTER FAILOVER", "-ERR CLUSTER FAILOVER is not supported: the cluster places and moves partitions by itself\r\n");
        client.Ask("CLUSTER NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try CLUSTER HELP.\r\n");
        client.Ask("READONLY", "+OK\r\n");
        client.Ask("READWRITE", "+OK\r\n");
        client.Ask("ASKING", "+OK\r\n");
    }

    [Fact]
    public async Task Nodes_and_info_describe_the_cluster()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        client.Request("CLUSTER", "NODES");
        Assert.Equal(
            "00000000000000a1000000000000000000000000 127.0.0.1:7101@7401 myself,master - 0 0 4 connected 0-2047 4096-6143 8192-10239 12288-14335\n"
            + "00000000000000b2000000000000000000000000 127.0.0.1:7102@7402 master - 0 0 4 connected 2048-4095 6144-8191 10240-12287 14336-16383\n"
            + "00000000000000c3000000000000000000000000 127.0.0.1:7103@7403 master,fail - 0 0 0 disconnected\n",
            client.ReceiveBulk());
        client.Request("CLUSTER", "INFO");
        var info = client.ReceiveBulk();
        Assert.Contains("cluster_state:ok\r\n", info, StringComparison.Ordinal);
        Assert.Contains("cluster_size:2\r\n", info, StringComparison.Ordinal);

        var view = host.Cluster.Current;
        host.Cluster.Current = view with { Nodes = [.. view.Nodes.Select(node => node with { IsAlive = node.Id == FakeCluster.One })] };
        client.Request("CLUSTER", "INFO");
        Assert.Contains("cluster_state:fail\r\ncluster_slots_assigned:8192\r\n", client.ReceiveBulk(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_does_not_speak_the_protocol_is_forwarded_to()
    {
        await using var host = new RedisHost(isCluster: true);
        var view = host.Cluster.Current;
        ImmutableArray<Catena.Server.Cluster.NodeView> nodes = [.. view.Nodes.Select(node => node with { RedisPort = 0 })];
        host.Cluster.Current = view with { Nodes = nodes };
        using var client = host.Connect();
        client.Ask($"SET {KeyOf(1)} v", "+OK\r\n");
    }

    internal static string KeyOf(int partition) => Enumerable.Range(0, 10_000)
        .Select(i => $"k{i}")
        .First(key => Map.Of(System.Text.Encoding.ASCII.GetBytes(key)) == new PartitionId((ushort)partition));
}
