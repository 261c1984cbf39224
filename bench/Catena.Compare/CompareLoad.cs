using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.CommandLine;
using Catena.Compare.Etcd;
using Catena.Compare.Redis;
using Catena.Compare.ZooKeeper;
using Catena.Core.Primitives;

namespace Catena.Compare;

/// <summary>Puts one load on servers: the loop of <c>catena bench</c>, in one thread, with whatever protocol they speak.</summary>
internal static class CompareLoad
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FillPatience = TimeSpan.FromMinutes(20);

    /// <summary>Writes every key once.</summary>
    /// <exception cref="CommandException">Some could not be written.</exception>
    public static CompareResult Fill(CompareOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        var load = LoadOf(options);
        using var loop = LoopOf(options, load, new LoadingOperations(0, 1, options.Keys));
        var begin = BenchClock.Now;
        loop.Run(begin + Nanoseconds(FillPatience), stop);
        var missing = options.Keys - loop.Counts.Completed;
        return missing == 0
            ? new CompareResult(loop.Counts, BenchClock.Now - begin, 0, 0)
            : throw new CommandException(ExitCode.Failed, $"{missing} keys could not be written: {string.Join(", ", loop.Counts.Errors.Keys)}");
    }

    /// <summary>Reads or writes keys until the time is up.</summary>
    public static CompareResult Run(CompareOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        var load = LoadOf(options);
        using var loop = LoopOf(options, load, new MixedOperations(load, new Prng((ulong)BenchClock.Now), new RecordCount(options.Keys)));
        var (begin, loader, servers) = (BenchClock.Now, 0.0, 0.0);
        using (var warm = new ManualResetEventSlim())
        using (new Timer(
            _ =>
            {
                (begin, loader, servers) = (BenchClock.Now, Environment.CpuUsage.TotalTime.TotalSeconds, ProcessorTime.Of(options.Processes));
                warm.Set();
            },
            null,
            options.WarmUp,
            Timeout.InfiniteTimeSpan))
        {
            loop.Run(begin + Nanoseconds(load.Duration), stop);
            warm.Wait(CancellationToken.None);
        }

        return new CompareResult(
            loop.Counts, BenchClock.Now - begin, Environment.CpuUsage.TotalTime.TotalSeconds - loader, ProcessorTime.Of(options.Processes) - servers);
    }

    private static BenchOptions LoadOf(CompareOptions options) => new()
    {
        Nodes = options.Protocol == PeerProtocol.RedisCluster && options.Nodes.Count > 0 ? ClusterSlots.Ask(options.Nodes[0], Patience).Nodes : options.Nodes,
        Threads = options.Clients,
        Pipeline = options.Pipeline,
        Keys = options.Keys,
        KeyPrefix = options.KeyPrefix,
        ValueBytes = options.ValueBytes,
        ReadPercent = options.Reads ? 100 : 0,
        WarmUp = options.Fills ? TimeSpan.Zero : options.WarmUp,
        Duration = options.Duration + options.WarmUp,
        Distribution = BenchDistribution.Uniform,
        Timeout = Patience,
    };

    private static LoadLoop LoopOf(CompareOptions options, BenchOptions load, IOperationSource source)
    {
        if (options.Protocol == PeerProtocol.RedisCluster)
        {
            source = new PlacedOperations(source, new RecordKeys(load.KeyPrefix, load.IsGrouped), ClusterSlots.Ask(options.Nodes[0], Patience), options.Fills);
        }

        return new LoadLoop(load, 0, load.Threads, source, null, codecs: () => CodecOf(options));
    }

    private static IBenchCodec CodecOf(CompareOptions options) => options.Protocol switch
    {
        PeerProtocol.RedisWait => new RedisWaitCodec(options.Pipeline, options.Replicas),
        PeerProtocol.Etcd => new EtcdCodec(),
        PeerProtocol.ZooKeeper => new ZooKeeperCodec(options.Fills),
        _ => new RedisCodec(null),
    };

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
