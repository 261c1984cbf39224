using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.ZooKeeper.Client;

/// <summary>How a <see cref="ZooKeeperClient" /> behaves.</summary>
public sealed record ZooKeeperClientOptions
{
    /// <summary>Servers and chroot: <c>host:port,host:port/chroot</c>.</summary>
    public required string ConnectString { get; init; }

    /// <summary>Whether <see cref="ZooKeeperClient.ConnectAsync" /> creates the chroot's znodes where they are missing. Default: false.</summary>
    public bool CreatesChroot { get; init; }

    /// <summary>How long the session is to live without contact; the server may give another time. Default: 10 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long <see cref="ZooKeeperClient.ConnectAsync" /> tries before it gives up. Default: 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the client waits before a reconnect at most; the actual wait is random, short at first. Default: 1 s.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest request that is sent, which should be the servers' <c>jute.maxbuffer</c>. Default: 0xfffff bytes.</summary>
    public int MaxRequestBytes { get; init; } = 0xfffff;

    /// <summary>The longest reply that is accepted; a longer one breaks the connection. Default: 4 MiB.</summary>
    public int MaxReplyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many watch events may wait for their callbacks before the connection is given up. Default: 65,536.</summary>
    public int MaxQueuedEvents { get; init; } = 65_536;

    /// <summary>Where the client reports what it does. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock behind every timer. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
