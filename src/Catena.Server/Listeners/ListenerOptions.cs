namespace Catena.Server.Listeners;

/// <summary>What one node's clients may ask of it at most, for each of its listeners.</summary>
public sealed record ListenerOptions
{
    /// <summary>The greatest <see cref="SlowCommandsKept" />.</summary>
    internal const int MostSlowCommandsKept = 1 << 20;

    /// <summary>The greatest <see cref="SpinMicroseconds" />.</summary>
    public const int MostSpinMicroseconds = 1000;

    /// <summary>The limits that hold where nothing else is set.</summary>
    public static ListenerOptions Default { get; } = new();

    /// <summary>How many clients may be connected to one listener at once; one more is told so and closed.</summary>
    public int MaxClients { get; init; } = 10_000;

    /// <summary>How many threads serve the clients of one listener. By default half as many as there are processors, and no more than eight: the other half has the journal and the other nodes to see to. With 0 the thread that serves the other nodes serves clients, too.</summary>
    public int Threads { get; init; } = Math.Max(ThreadsFor(nodes: 1), 1);

    /// <summary>For how many microseconds a thread that has nothing to do looks out for the next request before it sleeps, where clients ask quickly one after the other and it serves four at most; 2 at most where it serves more, and 0 for never.</summary>
    public int SpinMicroseconds { get; init; } = 50;

    /// <summary>How many connections may wait to be accepted.</summary>
    public int Backlog { get; init; } = 511;

    /// <summary>How many commands of one connection may be under way; no more of it are read until some are answered.</summary>
    public int MaxCommandsUnderWay { get; init; } = 1024;

    /// <summary>How many bytes the requests of one connection under way may have together; a single one may have more.</summary>
    public int MaxRequestBytesUnderWay { get; init; } = 64 << 20;

    /// <summary>How many bytes of replies may wait for one connection's reader before no more of its commands are executed.</summary>
    public int MaxReplyBytesQueued { get; init; } = 1 << 20;

    /// <summary>The longest request of the Redis protocol, with its framing.</summary>
    public int MaxRequestBytes { get; init; } = 64 << 20;

    /// <summary>How many bytes a client of the Redis protocol may queue between MULTI and EXEC, with the keys that it watches.</summary>
    public int MaxTransactionBytes { get; init; } = 32 << 20;

    /// <summary>The longest Thrift frame, in either direction; common clients take no longer one.</summary>
    public int MaxThriftFrameBytes { get; init; } = 16_384_000;

    /// <summary>Whether Thrift's <c>replicate</c> is carried out as a put; otherwise, which is the default, it is refused.</summary>
    public bool AllowsReplicate { get; init; }

    /// <summary>The longest reply that is gathered from many partitions, as for KEYS.</summary>
    public int MaxGatheredBytes { get; init; } = 256 << 20;

    /// <summary>The first size of a connection's receive buffer, to which it also shrinks again.</summary>
    public int ReceiveBufferBytes { get; init; } = 16 << 10;

    /// <summary>After how much silence TCP asks whether the client is still there; zero for never.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After how much silence a client of the Redis protocol is closed, unless it has subscriptions; zero, the default, for never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>How much may wait for a client that has subscriptions. Default: 32 MiB at once, 8 MiB for a minute.</summary>
    public OutputLimit SubscriberOutput { get; init; } = new(32 << 20, 8 << 20, TimeSpan.FromMinutes(1));

    /// <summary>How long PUBLISH and PUBSUB wait for what other nodes have to say; one that does not answer in time counts nothing.</summary>
    public TimeSpan PublishPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many bytes may wait for one other node before published messages for it are dropped.</summary>
    public int MaxPublishBytesQueued { get; init; } = 16 << 20;

    /// <summary>The longest name of a channel and the longest pattern of channels; to match one takes their product at worst.</summary>
    public int MaxChannelBytes { get; init; } = 8 << 10;

    /// <summary>From how long on a command of the Redis protocol is noted as slow; negative for never.</summary>
    public TimeSpan SlowCommand { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How many slow commands are remembered.</summary>
    public int SlowCommandsKept { get; init; } = 128;

    /// <summary>How many threads serve the clients of one listener of a node that shares this machine with others: half as many as it has processors for itself, and no more than eight; 0 where that is none.</summary>
    /// <param name="nodes">How many nodes the machine has.</param>
    public static int ThreadsFor(int nodes) => Math.Min(Environment.ProcessorCount / (2 * nodes), 8);

    /// <summary>Checks that every limit lets something through and none can overflow.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not.</exception>
    internal void Validate()
    {
        const int MostBytes = 1 << 30;
        InRange(MaxClients, 1, int.MaxValue, nameof(MaxClients));
        InRange(Threads, 0, 1024, nameof(Threads));
        InRange(SpinMicroseconds, 0, MostSpinMicroseconds, nameof(SpinMicroseconds));
        InRange(Backlog, 1, int.MaxValue, nameof(Backlog));
        InRange(MaxCommandsUnderWay, 1, 1 << 20, nameof(MaxCommandsUnderWay));
        InRange(MaxRequestBytesUnderWay, 1, int.MaxValue, nameof(MaxRequestBytesUnderWay));
        InRange(MaxReplyBytesQueued, 1, MostBytes, nameof(MaxReplyBytesQueued));
        InRange(MaxRequestBytes, 1024, MostBytes, nameof(MaxRequestBytes));
        InRange(MaxTransactionBytes, 1024, MostBytes, nameof(MaxTransactionBytes));
        InRange(MaxThriftFrameBytes, 64, MostBytes, nameof(MaxThriftFrameBytes));
        InRange(MaxGatheredBytes, 1, MostBytes, nameof(MaxGatheredBytes));
        InRange(ReceiveBufferBytes, 256, 1 << 20, nameof(ReceiveBufferBytes));
        InRange(MaxPublishBytesQueued, 1, MostBytes, nameof(MaxPublishBytesQueued));
        InRange(MaxChannelBytes, 1, 1 << 16, nameof(MaxChannelBytes));
        InRange(SlowCommandsKept, 0, MostSlowCommandsKept, nameof(SlowCommandsKept));
        InRange((int)Math.Clamp(PublishPatience.TotalMilliseconds, -1, int.MaxValue), 1, 60_000, nameof(PublishPatience));
    }

    private static void InRange(int value, int least, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
