using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Catena.ZooKeeper.Server;

/// <summary>How an <see cref="EmbeddedZooKeeperServer" /> behaves.</summary>
public sealed record EmbeddedZooKeeperServerOptions
{
    /// <summary>Where log and snapshots are; made where there is no such directory, and used by one server at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the server listens: a loopback address, since it asks nobody who they are. Default: 127.0.0.1, a free port.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>How often sessions are looked over. Default: 1 s.</summary>
    public TimeSpan TickTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The shortest session timeout that is given. Default: 2 ticks.</summary>
    public TimeSpan? MinSessionTimeout { get; init; }

    /// <summary>The longest session timeout that is given. Default: 20 ticks.</summary>
    public TimeSpan? MaxSessionTimeout { get; init; }

    /// <summary>How long a connection may be open without asking for a session. Default: 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest request that is accepted (<c>jute.maxbuffer</c>); a longer one closes the connection. Default: 0xfffff bytes.
    /// </summary>
    public int MaxFrameBytes { get; init; } = 0xfffff;

    /// <summary>How many bytes may wait for a client that does not read, before its connection is closed. Default: 16 MiB.</summary>
    public long MaxOutgoingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many connections may be open; further ones are closed at once. Default: 1,024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>How long the log grows before a snapshot is written and a new one begun, at least. Default: 4 MiB.</summary>
    public long LogFileBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How often containers without children are deleted. Default: 1 min.</summary>
    public TimeSpan ContainerCheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the server reports what it does. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock behind ticks and stats. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes a log's bytes durable; replaced by tests.</summary>
    internal Action<SafeFileHandle> Flush { get; init; } = RandomAccess.FlushToDisk;

    /// <summary>Lets the server listen beyond loopback: for tests that give it a network of its own.</summary>
    internal bool AllowsAnyAddress { get; init; }

    /// <summary>Ends the process when the log cannot be written or an invariant is broken; replaced by tests.</summary>
    internal Action<Exception> Fatal { get; init; } = static e => Environment.FailFast("the embedded ZooKeeper server cannot go on", e);
}
