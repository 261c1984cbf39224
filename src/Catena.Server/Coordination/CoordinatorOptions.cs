using Catena.Core.Control;
using Catena.Core.Primitives;

namespace Catena.Server.Coordination;

/// <summary>The settings of a <see cref="ClusterCoordinator" />.</summary>
internal sealed record CoordinatorOptions
{
    /// <summary>ZooKeeper's servers as <c>host:port,host:port/chroot</c>.</summary>
    public required string ConnectString { get; init; }

    /// <summary>This node.</summary>
    public required NodeId Self { get; init; }

    /// <summary>The cluster's name: everything is below <c>/catena/&lt;cluster&gt;</c>.</summary>
    public string Cluster { get; init; } = "default";

    /// <summary>The cluster that this node's data belongs to; null where it has none yet.</summary>
    public Guid? StoredClusterId { get; init; }

    /// <summary>The settings of a cluster that this node creates; of no account where it exists.</summary>
    public ClusterSettings NewCluster { get; init; } = new();

    /// <summary>How long ZooKeeper keeps the session of a silent node. Default: 4 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long one attempt to start a session takes at most; it is made again and again. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before a session or a read that failed is tried again. Default: 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many znodes are asked for at a time when everything is read. Default: 256.</summary>
    public int ReadWindow { get; init; } = 256;

    /// <summary>
    /// What is done when this node may not go on: another process runs with its identity, or a handler of changes threw. By default the
    /// process ends.
    /// </summary>
    public Action<Exception> Fatal { get; init; } = static reason => Environment.FailFast("The coordinator's client cannot go on.", reason);
}
