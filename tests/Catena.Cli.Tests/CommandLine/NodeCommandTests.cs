using System.Net;
using System.Reflection;
using Catena.Cli.CommandLine;
using Catena.Cli.NodeHost;
using Catena.Cli.Up;
using Catena.Core.Replication;
using Catena.Protocols.Table;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Listeners;
using Catena.Server.Node;

namespace Catena.Cli.Tests.CommandLine;

public sealed class NodeCommandTests
{
    [Fact]
    public void Every_setting_of_a_node_can_be_given()
    {
        var options = Read(
            "--name", "a", "--data", "/d", "--zookeeper", "z1:1,z2:2/c", "--cluster", "other", "--bind", "0.0.0.0", "--advertised-host", "h",
            "--redis-port", "1", "--thrift-port", "2", "--thrift-replicate", "--table-port", "13", "--table-stats", "int-time-clients/65", "--text-port", "14", "--http-port", "3", "--peer-port", "4", "--redis-cluster", "--redis-crossslot", "--durability", "os",
            "--sync-interval", "7ms", "--partitions", "8", "--replicas", "5", "--min-in-sync", "4", "--mode", "chain",
            "--expected-nodes", "6", "--lead-weight", "0", "--max-value-bytes", "9", "--segment-bytes", "65537", "--max-clients", "12", "--client-threads", "3", "--client-spin", "4", "--command-timeout", "1s", "--session-timeout", "2s", "--beacon-interval", "3ms",
            "--lease", "4ms", "--promise-margin", "5ms");

        Assert.Equal(
            new NodeOptions
            {
                Name = "a",
                DataDirectory = "/d",
                ZooKeeper = "z1:1,z2:2/c",
                Cluster = "other",
                Bind = IPAddress.Any,
                AdvertisedHost = "h",
                RedisPort = 1,
                ThriftPort = 2,
                ThriftReplicate = true,
                TablePort = 13,
                TableStats = new TableStatsDialect(TableStatsLayout.IntTimeClients, (TableContent)65),
                TextPort = 14,
                HttpPort = 3,
                PeerPort = 4,
                RedisCluster = true,
                RedisCrossSlot = true,
                Durability = Durability.Os,
                SyncInterval = TimeSpan.FromMilliseconds(7),
                Partitions = 8,
                Replicas = 5,
                MinInSync = 4,
                Mode = ReplicationMode.Chain,
                ExpectedNodes = 6,
                LeadWeight = 0,
                MaxValueBytes = 9,
                SegmentBytes = 65_537,
                Listeners = new() { MaxClients = 12, Threads = 3, SpinMicroseconds = 4 },
                CommandTimeout = TimeSpan.FromSeconds(1),
                SessionTimeout = TimeSpan.FromSeconds(2),
                BeaconInterval = TimeSpan.FromMilliseconds(3),
                Lease = TimeSpan.FromMilliseconds(4),
                PromiseMargin = TimeSpan.FromMilliseconds(5),
            },
            options);
    }

    [Fact]
    public void Announcements_may_be_given_several_times()
    {
        var options = Read(
            "--name", "a", "--data", "/d", "--zookeeper", "z", "--peer-port", "4", "--thrift-port", "2", "--search-port", "8000",
            "--announce", "thrift=/kvstore", "--announce", "search=/s", "--announce-grace", "5s");

        Assert.Equal((8000, TimeSpan.FromSeconds(5)), (options.SearchPort, options.AnnounceGrace));
        Assert.Equal(["thrift=/kvstore", "search=/s"], options.Announcements.Select(one => one.ToString()));
    }

    [Theory]
    [InlineData("thrift=/kvstore", "--announce thrift=/kvstore: this node has no port for it; give --thrift-port")]
    [InlineData("thrift", "'thrift' is no announcement; write PROTOCOL=/path")]
    public void An_announcement_that_makes_no_sense_is_refused_before_anything_is_started(string announcement, string complaint)
    {
        var result = Support.Cli.Run("node", "--name", "a", "--data", "/nowhere/at/all", "--zookeeper", "z", "--peer-port", "4", "--announce", announcement);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search=/", "these nodes share 127.0.0.1")]
    [InlineData("thrift=/catena/default", "where the cluster keeps its own znodes")]
    public void Up_refuses_an_announcement_that_its_nodes_could_not_make(string announcement, string complaint)
    {
        using var temporary = new TemporaryDirectory();
        var result = Support.Cli.Run("up", "--data", temporary["data"], "--base-port", "20000", "--announce", announcement);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_given_is_as_the_server_has_it()
    {
        Assert.Equal(
            new NodeOptions { Name = "a", DataDirectory = "/d", ZooKeeper = "z", PeerPort = 4 },
            Read("--name", "a", "--data", "/d", "--zookeeper", "z", "--peer-port", "4"));
    }

    [Fact]
    public void A_setting_that_nobody_can_give_would_be_noticed()
    {
        var settings = typeof(NodeOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Except(["EqualityContract"]).Count();

        // Listeners are one setting with three options.
        Assert.Equal(settings + 2, CatenaCommandLine.Build().Subcommands.Single(command => command.Name == "node").Options
            .Count(option => option.Name is not ("--log" or "--log-level" or "--log-json" or "--parent-pid")));
    }

    [Fact]
    public void What_up_starts_is_what_the_user_asked_for()
    {
        using var temporary = new TemporaryDirectory();
        using var directory = ClusterDirectory.Claim(temporary["my data"]);
        var shape = new ClusterShape
        {
            Nodes = 5,
            Replicas = 3,
            MinInSync = 2,
            Partitions = 16,
            BasePort = 9000,
            Cluster = "c",
        };
        var asked = new UpOptions
        {
            DataDirectory = directory.Root,
            Durability = Durability.Interval,
            Leaders = 1,
            RedisCluster = true,
            RedisCrossSlot = true,
            Table = true,
            Text = true,
            RedisPasswordFile = directory.LogOf("password"),
            Announcements = [new Announcement(AnnouncedProtocol.Thrift, "/kvstore")],
            NodeFlags = ["--lease", "1s"],
        };

        var launch = NodeLaunch.Of(2, shape, asked, directory);

        Assert.Equal("node", launch.Flags[0]);
        Assert.Equal(asked.RedisPasswordFile, launch.Flags[launch.Flags.ToList().IndexOf("--redis-password-file") + 1]);
        Directory.CreateDirectory(Path.GetDirectoryName(asked.RedisPasswordFile)!);
        File.WriteAllText(asked.RedisPasswordFile, "secret\nmore\n");
        var options = Read([.. launch.Flags.Skip(1)]);
        Assert.True(options.RedisPassword!.Matches("secret"u8));
        Assert.Equal(
            new NodeOptions
            {
                Name = "node-2",
                DataDirectory = Path.Combine(directory.Root, "node-2", "data"),
                ZooKeeper = "127.0.0.1:9000",
                Cluster = "c",
                RedisPort = 9102,
                ThriftPort = 9202,
                TablePort = 9502,
                TextPort = 9002,
                HttpPort = 9302,
                PeerPort = 9402,
                RedisCluster = true,
                RedisCrossSlot = true,
                Durability = Durability.Interval,
                Partitions = 16,
                Replicas = 3,
                MinInSync = 2,
                ExpectedNodes = 5,
                LeadWeight = 0,
                MemoryBytes = NodeOptions.StandardMemoryBytes / 5,
                Listeners = ListenerOptions.Default with { Threads = ListenerOptions.ThreadsFor(nodes: 5) },
                Lease = TimeSpan.FromSeconds(1),
            },
            options with { RedisPassword = null, Announcements = [] });
        Assert.Equal(asked.Announcements, options.Announcements);
        Assert.Contains($"--data '{launch.Flags[4]}'", launch.ShellLine, StringComparison.Ordinal);
        Assert.Equal(
            "node-2  pid 7  redis 127.0.0.1:9102  thrift 127.0.0.1:9202  table 127.0.0.1:9502  text 127.0.0.1:9002  http 127.0.0.1:9302  peers 127.0.0.1:9402", launch.ReadyLine(7));
        var given = NodeLaunch.Of(2, shape, asked with { RedisPasswordFile = null, NodeFlags = ["--memory", "1GiB", "--client-threads=7"] }, directory);
        var own = Read([.. given.Flags.Skip(1)]);
        Assert.Equal((1L << 30, 7), (own.MemoryBytes, own.Listeners.Threads));
        var plain = NodeLaunch.Of(2, shape, asked with { Table = false, Text = false, RedisPasswordFile = null }, directory);
        Assert.Equal((0, 0), (Read([.. plain.Flags.Skip(1)]).TablePort, Read([.. plain.Flags.Skip(1)]).TextPort));
        Assert.Equal("node-2  pid 7  redis 127.0.0.1:9102  thrift 127.0.0.1:9202  http 127.0.0.1:9302  peers 127.0.0.1:9402", plain.ReadyLine(7));
    }

    [Theory]
    [InlineData("oct", "--table-stats 'oct' is no dialect; write one of sint-clients-time, int-clients-time, int-time-clients, sint-time-clients, and perhaps / and one of 80, 65, 70, 99")]
    [InlineData("sint-clients-time/81", "--table-stats 'sint-clients-time/81' is no dialect")]
    public void A_dialect_of_statistics_that_there_is_not_is_refused(string dialect, string message)
    {
        var result = Support.Cli.Run("node", "--name", "a", "--data", "/d", "--zookeeper", "z", "--peer-port", "4", "--table-stats", dialect);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_the_first_line_of_its_file_and_an_empty_or_missing_one_is_refused()
    {
        using var temporary = new TemporaryDirectory();
        string[] flags = ["--name", "a", "--data", "/d", "--zookeeper", "z", "--peer-port", "4", "--redis-password-file", temporary["pw"]];
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => Read(flags)).ExitCode);
        File.WriteAllText(temporary["pw"], "\nsecret\n");
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => Read(flags)).ExitCode);
        File.WriteAllText(temporary["pw"], new string('p', 4097));
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => Read(flags)).ExitCode);
        File.WriteAllText(temporary["pw"], " open sesame\r\n");
        Assert.True(Read(flags).RedisPassword!.Matches(" open sesame"u8));
    }

    [Fact]
    public void A_promise_longer_than_a_node_would_wait_out_is_refused()
    {
        string[] flags = ["node", "--name", "a", "--data", "/d", "--zookeeper", "z", "--peer-port", "4", "--lease", "59s", "--promise-margin"];
        Assert.Empty(CatenaCommandLine.Build().Parse([.. flags, "1s"]).Errors);
        var refused = Assert.Single(CatenaCommandLine.Build().Parse([.. flags, "1001ms"]).Errors);
        Assert.Contains("60001ms together, and 60s at most", refused.Message, StringComparison.Ordinal);
    }

    private static NodeOptions Read(params string[] flags)
    {
        var parsed = CatenaCommandLine.Build().Parse(["node", .. flags]);
        Assert.Empty(parsed.Errors);
        return NodeCommand.Read(parsed);
    }
}
