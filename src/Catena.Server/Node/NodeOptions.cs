using System.Net;
using Catena.Core.Placement;
using Catena.Core.Replication;
using Catena.Protocols.Table;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Listeners;

namespace Catena.Server.Node;

/// <summary>The settings of one node. Those of the cluster as a whole count only for the node that creates the cluster.</summary>
public sealed record NodeOptions
{
    /// <summary>How often a node that idles exchanges beacons, unless <see cref="BeaconInterval" /> is longer: ten of them fit into the shortest silence that is suspected.</summary>
    public static readonly TimeSpan IdleBeaconInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>What <see cref="SessionTimeout" /> is where nothing else is said.</summary>
    public static readonly TimeSpan StandardSessionTimeout = TimeSpan.FromSeconds(4);

    /// <summary>What <see cref="MemoryBytes" /> is where nothing else is said.</summary>
    public static long StandardMemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>The name in status output and logs; unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>The directory that holds the node's journal and identity; created where it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>ZooKeeper's servers as <c>host:port,host:port/chroot</c>.</summary>
    public required string ZooKeeper { get; init; }

    /// <summary>The cluster's name: the node works below <c>/catena/&lt;cluster&gt;</c>.</summary>
    public string Cluster { get; init; } = "default";

    /// <summary>The address that the listeners bind to.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>The host name or address that others are told to connect to; the bound address where null.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>The port of the Redis protocol; 0 for none.</summary>
    public int RedisPort { get; init; }

    /// <summary>The port of the Thrift protocol; 0 for none.</summary>
    public int ThriftPort { get; init; }

    /// <summary>The port of the table service; 0 for none.</summary>
    public int TablePort { get; init; }

    /// <summary>How clients of the table service expect statistics.</summary>
    public TableStatsDialect TableStats { get; init; } = TableStatsDialect.Default;

    /// <summary>The port of the plain-text service; 0 for none.</summary>
    public int TextPort { get; init; }

    /// <summary>Carry Thrift's <c>replicate</c> out as a put, instead of refusing it.</summary>
    public bool ThriftReplicate { get; init; }

    /// <summary>The port of health, metrics and status; 0 for none.</summary>
    public int HttpPort { get; init; }

    /// <summary>The port of the search service, whose clients expect 8000; 0 for none.</summary>
    public int SearchPort { get; init; }

    /// <summary>Where in ZooKeeper the node tells the addresses of its protocols; an <see cref="AnnouncementException" /> at the start where one makes no sense.</summary>
    public IReadOnlyList<Announcement> Announcements { get; init; } = [];

    /// <summary>How long the node may be unready before what it announces goes. A takeover of partitions is over sooner, and clients would move for nothing.</summary>
    public TimeSpan AnnounceGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The port that other nodes connect to.</summary>
    public required int PeerPort { get; init; }

    /// <summary>Answer MOVED for keys of other nodes in the Redis protocol, instead of forwarding.</summary>
    public bool RedisCluster { get; init; }

    /// <summary>Refuse requests of the Redis protocol whose keys have several slots, as a Redis cluster does, instead of carrying them out as transactions; so it is with <see cref="RedisCluster" /> anyway.</summary>
    public bool RedisCrossSlot { get; init; }

    /// <summary>What clients of the Redis protocol must tell first; null for nothing. Other protocols and other nodes need none.</summary>
    public RedisPassword? RedisPassword { get; init; }

    /// <summary>When a write counts as stable.</summary>
    public Durability Durability { get; init; } = Durability.Always;

    /// <summary>How long a write may stay unsynced under <see cref="Node.Durability.Interval" />.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many partitions a new cluster has; 1 to 16,384, fixed for its life.</summary>
    public int Partitions { get; init; } = 64;

    /// <summary>How many replicas each partition of a new cluster has.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>How many members a write needs; a majority of the replicas where 0.</summary>
    public int MinInSync { get; init; }

    /// <summary>How the partitions of a new cluster replicate.</summary>
    public ReplicationMode Mode { get; init; } = ReplicationMode.PrimaryBackup;

    /// <summary>How many nodes must have registered before a new cluster's partitions are placed; the replicas where 0.</summary>
    public int ExpectedNodes { get; init; }

    /// <summary>
    /// Of how many partitions the node should be the first member, in per cent of an ordinary node; 0 to 10,000. With 0 it is that only where no other member can be: it keeps copies, and takes over while those are away that lead.
    /// </summary>
    public int LeadWeight { get; init; } = RingNode.OrdinaryWeight;

    /// <summary>The longest value, in bytes.</summary>
    public int MaxValueBytes { get; init; } = 16 << 20;

    /// <summary>The size of a segment of the journal, in bytes; as much is held back for deletes on a full disk. 0 for 16 MiB, or less on a disk of less than 512 MiB.</summary>
    public int SegmentBytes { get; init; }

    /// <summary>
    /// How much memory the index, values in it and the journal's buffers may take together, in bytes: half of the machine's by default. Values stay on disk alone once
    /// three quarters are used; at the limit, writes that add something are refused.
    /// </summary>
    public long MemoryBytes { get; init; } = StandardMemoryBytes;

    /// <summary>How many of the journal's last bytes are kept for replicas that come back and need the end of the log.</summary>
    public long RetainedLogBytes { get; init; } = 256L << 20;

    /// <summary>How many bytes of the journal a restart may have to replay before checkpoints are made, or the size of the last ones where that is more.</summary>
    public long CheckpointBytes { get; init; } = 512L << 20;

    /// <summary>Segments of which less than so many per cent are in use are compacted; 0 for no compaction.</summary>
    public int CompactBelow { get; init; } = 60;

    /// <summary>How many bytes a second checkpoints and compaction may read and write, beyond twice what is appended to the journal meanwhile.</summary>
    public long MaintenanceRate { get; init; } = 32L << 20;

    /// <summary>How many bytes a second are read again to find damage; 0 for none.</summary>
    public long ScrubRate { get; init; } = 10L << 20;

    /// <summary>How long it rests after everything has been read again once.</summary>
    public TimeSpan ScrubRest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the replicas of a partition are compared, by what their states sum up to.</summary>
    public TimeSpan CompareInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a command may wait for its partition before it is refused.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long ZooKeeper keeps the session of a silent node: as long as a dead master, or any dead node, is still listed. Safety does not
    /// hang on it, nor does the takeover of partitions wait for it.
    /// </summary>
    /// <remarks>4 s is the least that a ZooKeeper with standard settings gives (docs/coordination.md).</remarks>
    public TimeSpan SessionTimeout { get; init; } = StandardSessionTimeout;

    /// <summary>How often a node at work exchanges beacons with each other node; one that idles does so every <see cref="IdleBeaconInterval" />, or half a lease where that is less.</summary>
    public TimeSpan BeaconInterval { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The longest that <see cref="Lease" /> and <see cref="PromiseMargin" /> may be together: what a node waits out that does not know what it has promised.</summary>
    public static readonly TimeSpan LongestPromise = TimeSpan.FromSeconds(60);

    /// <summary>How long a lease lasts, counted from when it was asked for.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How much longer than the lease a promise lasts: more than two clocks may drift apart in that time.</summary>
    public TimeSpan PromiseMargin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What clients may ask of the listeners at most.</summary>
    public ListenerOptions Listeners { get; init; } = ListenerOptions.Default;
}
