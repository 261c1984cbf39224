using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Catena.Cli.CommandLine;
using Catena.Core.Placement;
using Catena.Protocols.Table;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Listeners;
using Catena.Server.Node;
using Microsoft.Extensions.Logging;

namespace Catena.Cli.NodeHost;

/// <summary>The command <c>catena node</c>: a single node in this process.</summary>
internal static class NodeCommand
{
    private static readonly NodeOptions Standard = new() { Name = "", DataDirectory = "", ZooKeeper = "", PeerPort = 0 };

    private static readonly Option<string> Name = Text("--name", "The node's name, unique in the cluster.", "name", required: true);
    private static readonly Option<string> Data = Text("--data", "The directory of the node's journal and identity.", "directory", required: true);
    private static readonly Option<string> ZooKeeper = Text("--zookeeper", "ZooKeeper's servers as host:port,host:port/chroot.", "hosts", required: true);
    private static readonly Option<string> Cluster = Text("--cluster", "The cluster's name: the node works below /catena/<cluster>.", "name", Standard.Cluster);

    private static readonly Option<IPAddress> Bind = new("--bind")
    {
        Description = "The address that the listeners bind to.",
        HelpName = "address",
        DefaultValueFactory = _ => Standard.Bind,
        CustomParser = ReadAddress,
    };

    private static readonly Option<string?> AdvertisedHost = new("--advertised-host")
    {
        Description = "The host that others are told to connect to. [default: the bound address]",
        HelpName = "host",
    };

    private static readonly Option<int> RedisPort = Ranges.Option("--redis-port", "The port of the Redis protocol; 0 for none.", 0, 0, ushort.MaxValue);
    private static readonly Option<int> ThriftPort = Ranges.Option("--thrift-port", "The port of the Thrift protocol; 0 for none.", 0, 0, ushort.MaxValue);
    private static readonly Option<bool> ThriftReplicate = new("--thrift-replicate") { Description = "Carry Thrift's replicate out as a put, instead of refusing it." };
    private static readonly Option<int> TablePort = Ranges.Option("--table-port", "The port of the table service; 0 for none.", 0, 0, ushort.MaxValue);
    private static readonly Option<TableStatsDialect> TableStats = TableStatsOption.Create();
    private static readonly Option<int> TextPort = Ranges.Option("--text-port", "The port of the plain-text service, whose clients dial 5000; 0 for none.", 0, 0, ushort.MaxValue);
    private static readonly Option<int> HttpPort = Ranges.Option("--http-port", "The port of health, metrics and status; 0 for none.", 0, 0, ushort.MaxValue);
    private static readonly Option<int> SearchPort = Ranges.Option("--search-port", "The port of the search service (HTTP, with discovery of a master), whose clients expect 8000; 0 for none.", 0, 0, ushort.MaxValue);

    private static readonly Option<Announcement[]> Announce = AnnounceOption.Create(
        "Tell in ZooKeeper, under a path, where a protocol (thrift, table, redis, http, search) is found, while the node serves; may be given several times. [default: search=/ with --search-port]");

    private static readonly Option<TimeSpan> AnnounceGrace = Durations.Option(
        "--announce-grace", "How long the node may be unready before what it announces goes.", Standard.AnnounceGrace);

    private static readonly Option<int?> PeerPort = Required(Ranges.Optional("--peer-port", "The port that other nodes connect to.", 1, ushort.MaxValue));

    private static readonly Option<bool> RedisCluster = new("--redis-cluster")
    {
        Description = "Answer MOVED for keys of other nodes instead of forwarding.",
    };

    private static readonly Option<bool> RedisCrossSlot = new("--redis-crossslot")
    {
        Description = "Refuse commands whose keys have several slots (CROSSSLOT) instead of carrying them out as transactions. On with --redis-cluster.",
    };

    private static readonly Option<string?> PasswordFile = PasswordOption.Create("The file with the password that Redis clients must tell.");

    private static readonly Option<Durability> Durable = DurabilityOption.Create();

    private static readonly Option<TimeSpan> SyncInterval = Durations.Option(
        "--sync-interval", "How long a write may stay unsynced under --durability interval.", Standard.SyncInterval);

    private static readonly Option<int> Partitions = Ranges.Option(
        "--partitions", "How many partitions a new cluster has.", Standard.Partitions, 1, 16384);

    private static readonly Option<int> Replicas = Ranges.Option(
        "--replicas", "How many replicas each partition of a new cluster has.", Standard.Replicas, 1, 99);

    private static readonly Option<int> MinInSync = Ranges.Option(
        "--min-in-sync", "How many members a write needs; a majority of the replicas where 0.", Standard.MinInSync, 0, 99);

    private static readonly Option<string?> Mode = ReplicationModeOption.Create();

    private static readonly Option<int> ExpectedNodes = Ranges.Option(
        "--expected-nodes", "How many nodes a new cluster waits for before it places partitions; the replicas where 0.", Standard.ExpectedNodes, 0, 10_000);

    private static readonly Option<int> LeadWeight = Ranges.Option(
        "--lead-weight",
        "How many partitions this node leads, in per cent of an ordinary node; 0 for a node that keeps copies, and leads only what no other member can.",
        Standard.LeadWeight,
        0,
        RingNode.MaxWeight);

    private static readonly Option<int> MaxValueBytes = Ranges.Option(
        "--max-value-bytes", "The longest value, in bytes.", Standard.MaxValueBytes, 1, 512 << 20);

    private static readonly Option<int?> SegmentBytes = Ranges.Optional(
        "--segment-bytes",
        "The size of a segment of the journal, in bytes; as much is held back for deletes on a full disk. [default: 16 MiB, or a 32nd of a small disk]",
        1 << 16,
        1 << 30);

    private static readonly Option<long> Memory = Sizes.Option(
        "--memory",
        "How much memory the index, values in it and the journal's buffers may take; writes that add something are refused beyond it.",
        Standard.MemoryBytes,
        1 << 20,
        1L << 50,
        "half of the machine's");

    private static readonly Option<long> RetainedLog = Sizes.Option(
        "--retained-log", "How much of the journal's end is kept for replicas that come back.", Standard.RetainedLogBytes, 0, 1L << 50);

    private static readonly Option<long> CheckpointAfter = Sizes.Option(
        "--checkpoint-after", "How much of the journal a restart may have to replay before checkpoints are made.", Standard.CheckpointBytes, 0, 1L << 50);

    private static readonly Option<int> CompactBelow = Ranges.Option(
        "--compact-below", "Segments of which less than so many per cent are in use are compacted; 0 for no compaction.", Standard.CompactBelow, 0, 90);

    private static readonly Option<long> MaintenanceRate = Sizes.Option(
        "--maintenance-rate",
        "How many bytes a second checkpoints and compaction may read and write, beyond twice what is appended to the journal meanwhile.",
        Standard.MaintenanceRate,
        1 << 16,
        1L << 40);

    private static readonly Option<long> ScrubRate = Sizes.Option(
        "--scrub-rate", "How many bytes a second are read again to find damage on disk; 0 for none.", Standard.ScrubRate, 0, 1L << 40);

    private static readonly Option<TimeSpan> ScrubRest = Durations.Option(
        "--scrub-rest", "How long that rests after everything has been read again once.", Standard.ScrubRest);

    private static readonly Option<TimeSpan> CompareInterval = Durations.Option(
        "--compare-interval", "How often the replicas of a partition are compared, by what their states sum up to.", Standard.CompareInterval);

    private static readonly Option<int> MaxClients = Ranges.Option(
        "--max-clients", "How many clients may be connected to each listener.", Standard.Listeners.MaxClients, 1, 1_000_000);

    private static readonly Option<int> ClientThreads = Ranges.Option(
        "--client-threads", "How many threads serve the clients of each listener; half as many as there are processors if not said otherwise, 8 at most. With 0, the thread that serves the other nodes serves clients, too, which suits nodes that have less than two processors each.", Standard.Listeners.Threads, 0, 1024);

    private static readonly Option<int> ClientSpin = Ranges.Option(
        "--client-spin", "For how many microseconds such a thread looks out for the next request before it sleeps, where clients ask quickly one after the other and it serves four at most; 2 at most where it serves more. 0 for never.", Standard.Listeners.SpinMicroseconds, 0, ListenerOptions.MostSpinMicroseconds);

    private static readonly Option<TimeSpan> CommandTimeout = Durations.Option(
        "--command-timeout", "How long a command may wait for its partition before it is refused.", Standard.CommandTimeout);

    private static readonly Option<TimeSpan> SessionTimeout = Durations.Option(
        "--session-timeout", "How long ZooKeeper keeps the session of a silent node: until then a dead node is listed, and master if it was. The ensemble may give more.", Standard.SessionTimeout);

    private static readonly Option<TimeSpan> BeaconInterval = Durations.Option(
        "--beacon-interval", "How often two nodes exchange beacons. Idle ones do so every 100ms, or half a lease where that is less, unless this is longer.", Standard.BeaconInterval);

    private static readonly Option<TimeSpan> Lease = Durations.Option("--lease", "How long a lease lasts.", Standard.Lease);

    private static readonly Option<TimeSpan> PromiseMargin = Durations.Option(
        "--promise-margin", "How much longer than the lease a promise lasts. Both together are at most 60s.", Standard.PromiseMargin);

    private static readonly Option<string?> Log = new("--log")
    {
        Description = "The file for the log, rotated at 16 MiB; warnings go to the terminal as well. [default: all to the terminal]",
        HelpName = "file",
    };

    private static readonly Option<LogLevel> Level = new("--log-level")
    {
        Description = "How grave an event must be to be logged.",
        HelpName = "trace|debug|information|warning|error",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    private static readonly Option<bool> LogJson = new("--log-json") { Description = "Write the log as lines of JSON." };

    private static readonly Option<int?> ParentPid = new("--parent-pid")
    {
        Description = "The process without which this one ends; its input is a pipe from it.",
        Hidden = true,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "node",
            "Runs a single node in this process until it is asked to stop (SIGTERM or Ctrl-C).",
            new("catena node --name a --data /srv/catena --zookeeper zk1:2181,zk2:2181 --peer-port 7401 --redis-port 7101 --http-port 7301",
                "a node of a cluster that ZooKeeper coordinates"),
            new("catena node --name b --data /srv/b --zookeeper zk1:2181 --bind 0.0.0.0 --advertised-host b.example --peer-port 7401 --redis-port 7101",
                "reachable from other machines"),
            new("catena node --name c --data /srv/c --zookeeper zk1:2181 --peer-port 7401 --table-port 7501 --table-stats int-time-clients/65 --announce table=/chain",
                "found in ZooKeeper by clients of the table service that expect statistics in another form"),
            new("catena node --name a --data /srv/catena --zookeeper zk1:2181 --peer-port 7401 --thrift-port 7201 --announce thrift=/kvstore",
                "found in ZooKeeper by Thrift clients"))
        {
            Name, Data, ZooKeeper, Cluster, Bind, AdvertisedHost, RedisPort, ThriftPort, ThriftReplicate, TablePort, TableStats, TextPort, HttpPort, SearchPort, Announce, AnnounceGrace, PeerPort,
            RedisCluster, RedisCrossSlot,
            PasswordFile, Durable, SyncInterval, Partitions, Replicas, MinInSync, Mode, ExpectedNodes, LeadWeight, MaxValueBytes, SegmentBytes,
            Memory, RetainedLog, CheckpointAfter, CompactBelow, MaintenanceRate, CompareInterval, ScrubRate, ScrubRest, MaxClients, ClientThreads, ClientSpin,
            CommandTimeout, SessionTimeout, BeaconInterval, Lease, PromiseMargin, Log, Level, LogJson, ParentPid,
        };
        command.Validators.Add(RefuseLongPromise);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>The settings that a command line gives a node.</summary>
    public static NodeOptions Read(ParseResult parsed) => new()
    {
        Name = parsed.GetRequiredValue(Name),
        DataDirectory = Path.GetFullPath(parsed.GetRequiredValue(Data)),
        ZooKeeper = parsed.GetRequiredValue(ZooKeeper),
        Cluster = parsed.GetRequiredValue(Cluster),
        Bind = parsed.GetRequiredValue(Bind),
        AdvertisedHost = parsed.GetValue(AdvertisedHost),
        RedisPort = parsed.GetValue(RedisPort),
        ThriftPort = parsed.GetValue(ThriftPort),
        ThriftReplicate = parsed.GetValue(ThriftReplicate),
        TablePort = parsed.GetValue(TablePort),
        TableStats = parsed.GetRequiredValue(TableStats),
        TextPort = parsed.GetValue(TextPort),
        HttpPort = parsed.GetValue(HttpPort),
        SearchPort = parsed.GetValue(SearchPort),
        Announcements = parsed.GetValue(Announce) ?? [],
        AnnounceGrace = parsed.GetValue(AnnounceGrace),
        PeerPort = parsed.GetRequiredValue(PeerPort)!.Value,
        RedisCluster = parsed.GetValue(RedisCluster),
        RedisCrossSlot = parsed.GetValue(RedisCrossSlot),
        RedisPassword = PasswordOption.Read(parsed.GetValue(PasswordFile)),
        Durability = parsed.GetValue(Durable),
        SyncInterval = parsed.GetValue(SyncInterval),
        Partitions = parsed.GetValue(Partitions),
        Replicas = parsed.GetValue(Replicas),
        MinInSync = parsed.GetValue(MinInSync),
        Mode = ReplicationModeOption.Read(parsed.GetValue(Mode)) ?? Standard.Mode,
        ExpectedNodes = parsed.GetValue(ExpectedNodes),
        LeadWeight = parsed.GetValue(LeadWeight),
        MaxValueBytes = parsed.GetValue(MaxValueBytes),
        SegmentBytes = parsed.GetValue(SegmentBytes) ?? Standard.SegmentBytes,
        MemoryBytes = parsed.GetValue(Memory),
        RetainedLogBytes = parsed.GetValue(RetainedLog),
        CheckpointBytes = parsed.GetValue(CheckpointAfter),
        CompactBelow = parsed.GetValue(CompactBelow),
        MaintenanceRate = parsed.GetValue(MaintenanceRate),
        CompareInterval = parsed.GetValue(CompareInterval),
        ScrubRate = parsed.GetValue(ScrubRate),
        ScrubRest = parsed.GetValue(ScrubRest),
        Listeners = Standard.Listeners with { MaxClients = parsed.GetValue(MaxClients), Threads = parsed.GetValue(ClientThreads), SpinMicroseconds = parsed.GetValue(ClientSpin) },
        CommandTimeout = parsed.GetValue(CommandTimeout),
        SessionTimeout = parsed.GetValue(SessionTimeout),
        BeaconInterval = parsed.GetValue(BeaconInterval),
        Lease = parsed.GetValue(Lease),
        PromiseMargin = parsed.GetValue(PromiseMargin),
    };

    /// <summary>Refuses announcements that a node with this command line would not start with.</summary>
    /// <param name="flags">What follows <c>catena</c>. What else may be wrong with it, the node says.</param>
    /// <exception cref="CommandException">An announcement makes no sense.</exception>
    public static void CheckAnnouncements(IReadOnlyList<string> flags)
    {
        var parsed = new RootCommand { Create() }.Parse(flags);
        if (parsed.Errors.Count == 0)
        {
            CheckAnnouncements(Read(parsed));
        }
    }

    private static void CheckAnnouncements(NodeOptions options)
    {
        try
        {
            AnnouncementRules.Check(options);
        }
        catch (Exception refused) when (refused is AnnouncementException or ArgumentException)
        {
            throw new CommandException(ExitCode.Usage, refused.Message, refused);
        }
    }

    private static void RefuseLongPromise(CommandResult result)
    {
        var promise = result.GetValue(Lease) + result.GetValue(PromiseMargin);
        if (promise > NodeOptions.LongestPromise)
        {
            result.AddError($"--lease and --promise-margin are {Durations.Format(promise)} together, and {Durations.Format(NodeOptions.LongestPromise)} at most.");
        }
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Read(parsed);
        CheckAnnouncements(options);
        return NodeRunner.RunAsync(options, new NodeLogging(parsed.GetValue(Log), parsed.GetValue(Level), parsed.GetValue(LogJson)), parsed.GetValue(ParentPid));
    }

    private static Option<string> Text(string name, string description, string help, string? standard = null, bool required = false)
    {
        var option = new Option<string>(name) { Description = description, HelpName = help, Required = required };
        if (standard is not null)
        {
            option.DefaultValueFactory = _ => standard;
        }

        return option;
    }

    private static Option<int?> Required(Option<int?> option)
    {
        option.Required = true;
        return option;
    }

    private static IPAddress ReadAddress(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
        {
            return address;
        }

        result.AddError($"--bind '{result.Tokens[0].Value}' is no address; write one such as 127.0.0.1 or 0.0.0.0.");
        return IPAddress.None;
    }
}
