using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.Cli.NodeHost;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Node;

namespace Catena.Cli.Up;

/// <summary>The command <c>catena up</c>: a whole cluster on this machine.</summary>
internal static class UpCommand
{
    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = "The directory that holds the cluster; run again on it to go on with its data.",
        HelpName = "directory",
        DefaultValueFactory = _ => "data",
    };

    private static readonly Option<int?> Nodes = Ranges.Optional(
        "--nodes", "How many nodes; more than before adds nodes, fewer is refused. [default: 3]", 1, PortLayout.MostNodes);

    private static readonly Option<int?> Replicas = Ranges.Optional(
        "--replicas", "How many copies of each partition; fixed for the cluster's life. [default: 3, or the nodes if fewer]", 1, PortLayout.MostNodes);

    private static readonly Option<int?> MinInSync = Ranges.Optional(
        "--min-in-sync", "How many members a write needs; fixed for the cluster's life. [default: a majority of the replicas]", 1, PortLayout.MostNodes);

    private static readonly Option<int?> Partitions = Ranges.Optional(
        "--partitions", "How many partitions; fixed for the cluster's life. [default: 16, or four for each node if that is more; 64 where nodes are started one by one]", 1, 16384);

    private static readonly Option<int?> Leaders = Ranges.Optional(
        "--leaders",
        "How many of the nodes lead partitions, in this run: the first so many. The others keep copies, and lead what none of those has a copy of, or while they are away. [default: all]",
        1,
        PortLayout.MostNodes);

    private static readonly Option<int?> BasePort = Ranges.Optional(
        "--base-port",
        "Where the ports begin: coordinator at the base, node i's Redis protocol at +100+i, Thrift +200+i, HTTP +300+i, peers +400+i, table service +500+i, plain text +i. [default: 7000]",
        1,
        PortLayout.HighestBase);

    private static readonly Option<Durability> Durable = DurabilityOption.Create();

    private static readonly Option<string?> ZooKeeper = new("--zookeeper", "-z")
    {
        Description = "An ensemble that coordinates instead of the embedded server, as host:port,host:port/chroot.",
        HelpName = "hosts",
    };

    private static readonly Option<string?> Cluster = new("--cluster")
    {
        Description = "The cluster's name in the coordinator. [default: default]",
        HelpName = "name",
    };

    private static readonly Option<TimeSpan> SessionTimeout = Durations.Option(
        "--session-timeout",
        "How long the coordinator keeps the session of a silent node: until then a dead node is listed, and master if it was.",
        NodeOptions.StandardSessionTimeout);

    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Start a node that died again after a second.",
        HelpName = "true|false",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<bool> RedisCluster = new("--redis-cluster")
    {
        Description = "Answer MOVED for keys of other nodes, for clients of Redis Cluster, instead of forwarding.",
    };

    private static readonly Option<bool> RedisCrossSlot = new("--redis-crossslot")
    {
        Description = "Refuse commands whose keys have several slots (CROSSSLOT) instead of carrying them out as transactions. On with --redis-cluster.",
    };

    private static readonly Option<bool> Table = new("--table")
    {
        Description = "Serve the Protobuf table service on every node.",
    };

    private static readonly Option<bool> Text = new("--text")
    {
        Description = "Serve the plain-text service on every node.",
    };

    private static readonly Option<string?> PasswordFile = PasswordOption.Create("The file with the password that Redis clients of every node must tell.");

    private static readonly Option<string?> Mode = ReplicationModeOption.Create();

    private static readonly Option<Announcement[]> Announce = AnnounceOption.Create(
        "Tell in the coordinator, under a path, where every node's protocol (thrift, table with --table, redis, http) is found, while it serves; may be given several times.");

    private static readonly Argument<string[]> NodeFlags = new("node-flags")
    {
        Description = "After --: further flags for every node, as 'catena node --help' lists them. Unless given, --memory and --client-threads are each node's part of what one would have.",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "up",
            "Starts a cluster on this machine: an embedded coordinator and one process a node. Prints 'ready' when it serves; Ctrl-C stops it in order.",
            new("catena up", "three nodes, three replicas, data in ./data"),
            new("catena up --nodes 5 --data /var/tmp/five --base-port 8000", "five nodes elsewhere, beside another cluster"),
            new("catena up --zookeeper zk1:2181,zk2:2181,zk3:2181/catena", "coordinated by a ZooKeeper ensemble"),
            new("catena up --leaders 1", "node-1 leads every partition, as in systems that have one leader"),
            new("catena up --restart false", "a node that is killed stays down"),
            new("catena up --nodes 1 --text --base-port 4999", "one node, with the plain-text service at 5000, where its clients look for it"),
            new("catena up --table --announce table=/chain -- --table-stats int-clients-time/99", "with the table service, found in the coordinator by clients that expect statistics in that form"),
            new("catena up --announce thrift=/kvstore", "found in the coordinator by Thrift clients"),
            new("catena up -- --lease 500ms --beacon-interval 100ms", "with further flags for every node"))
        {
            Data, Nodes, Replicas, MinInSync, Partitions, Leaders, BasePort, Durable, ZooKeeper, Cluster, SessionTimeout, Restart, RedisCluster, RedisCrossSlot, Table, Text, PasswordFile, Mode, Announce, NodeFlags,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>What a command line asks for.</summary>
    public static UpOptions Read(ParseResult parsed) => new()
    {
        DataDirectory = parsed.GetRequiredValue(Data),
        Nodes = parsed.GetValue(Nodes),
        Replicas = parsed.GetValue(Replicas),
        MinInSync = parsed.GetValue(MinInSync),
        Partitions = parsed.GetValue(Partitions),
        Leaders = parsed.GetValue(Leaders),
        Mode = ReplicationModeOption.Read(parsed.GetValue(Mode)),
        BasePort = parsed.GetValue(BasePort),
        Durability = parsed.GetValue(Durable),
        ZooKeeper = parsed.GetValue(ZooKeeper),
        Cluster = parsed.GetValue(Cluster),
        SessionTimeout = parsed.GetValue(SessionTimeout),
        Restart = parsed.GetValue(Restart),
        RedisCluster = parsed.GetValue(RedisCluster),
        RedisCrossSlot = parsed.GetValue(RedisCrossSlot),
        Table = parsed.GetValue(Table),
        Text = parsed.GetValue(Text),
        RedisPasswordFile = parsed.GetValue(PasswordFile) is { } file ? Path.GetFullPath(file) : null,
        Announcements = parsed.GetValue(Announce) ?? [],
        NodeFlags = parsed.GetValue(NodeFlags) ?? [],
    };

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Read(parsed);
        _ = PasswordOption.Read(options.RedisPasswordFile);
        if (options.Announcements.FirstOrDefault(one => one.Protocol == AnnouncedProtocol.Search) is { } search)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"--announce {search}: clients of the search service look for one port at addresses of their own, and these nodes share 127.0.0.1; start nodes with 'catena node --bind' and --search-port");
        }

        using var directory = ClusterDirectory.Claim(options.DataDirectory);
        var shape = ClusterShape.Resolve(directory.ReadShape(), options);
        var nodes = Enumerable.Range(1, shape.Nodes).Select(number => NodeLaunch.Of(number, shape, options, directory)).ToList();
        NodeCommand.CheckAnnouncements(nodes[0].Flags);
        PortProbe.Check(shape, options);
        directory.WriteShape(shape);

        using var terminal = new Terminal(parsed.InvocationConfiguration.Output, directory.Log);
        using var stop = StopSignal.OnEverySignal();
        using var starter = new ProcessStarter();
        using var probe = new HttpClusterProbe(shape.MembersForWrites);
        await using var coordinator = await Coordinator.StartAsync(shape, directory.Coordinator, terminal).ConfigureAwait(false);
        var cluster = new DevelopmentCluster(nodes, new DevelopmentClusterOptions { Restart = options.Restart }, starter, probe, terminal);
        return await cluster.RunAsync(stop).ConfigureAwait(false);
    }
}
