using Catena.Cli.Bench;
using Catena.Cli.Bench.Failures;
using Catena.Cli.Bench.Loop;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;
using Catena.Core.Placement;

namespace Catena.Cli.Tests.Bench.Failures;

public sealed class FailureTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void The_longest_gap_is_of_those_that_end_after_the_mark_and_may_last_until_now()
    {
        var stream = new WriteStream("key", new HostPort("127.0.0.1", 1), _ => throw new InvalidOperationException("nothing is due"), () => 0);
        using var readiness = new SelectReadiness();
        using var channel = new LoadChannel(0, 1, readiness, stream, () => 0);
        foreach (var time in (int[])[100, 900, 1000])
        {
            stream.Answered(channel, default, BenchReply.Written(), time * Millisecond);
        }

        stream.Mark(1001 * Millisecond);
        Assert.Equal(50 * Millisecond, stream.LongestGap(1050 * Millisecond));

        stream.Answered(channel, default, BenchReply.Failed("NOREPLICAS"), 1100 * Millisecond);
        stream.Answered(channel, default, BenchReply.Written(), 1240 * Millisecond);
        stream.Answered(channel, default, BenchReply.Written(), 1250 * Millisecond);
        Assert.Equal(240 * Millisecond, stream.LongestGap(1260 * Millisecond));
        Assert.Equal(750 * Millisecond, stream.LongestGap(2000 * Millisecond));
        Assert.Equal(1, stream.Refused);
    }

    [Fact]
    public void A_client_whose_connection_breaks_asks_again_on_it_and_one_that_waits_too_long_on_another()
    {
        var requests = 0;
        using var server = new FakeRedisServer(_ => Interlocked.Increment(ref requests) switch
        {
            1 => null,
            2 => _ => { }
            ,
            _ => writer => writer.WriteOk(),
        });
        using var readiness = new SelectReadiness();
        var now = 0L;
        var channels = new List<LoadChannel>();
        var stream = new WriteStream("key", server.Address, sink => Open(sink, channels, readiness), () => now);
        var ready = new int[8];
        while (stream.Acknowledged < 3)
        {
            now += Millisecond;
            stream.Tick(now);
            var count = readiness.Wait(ready, 10 * Millisecond);
            for (var index = 0; index < count; index++)
            {
                channels[ready[index]].React(now);
            }

            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Assert.True(channels.Count >= 2);
        Assert.True(now > WriteStream.Patience);
        channels.ForEach(channel => channel.Dispose());
    }

    [Fact]
    public void A_key_is_found_for_every_partition()
    {
        var map = new PartitionMap(16);
        for (var partition = 0; partition < 16; partition++)
        {
            Assert.Equal(partition, map.Of(System.Text.Encoding.ASCII.GetBytes(WriteWatch.KeyOf(partition, map))).Value);
        }
    }

    [Fact]
    public void Medians_lie_in_the_middle()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), FailureReport.Median([TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]));
        Assert.Equal(TimeSpan.FromSeconds(3), FailureReport.Median([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1)]));
    }

    [Fact]
    public void A_directory_that_holds_something_is_left_alone()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["cluster.json"], "{}");

        var result = Support.Cli.Run("bench", "failover", "--data", Path.GetDirectoryName(directory["cluster.json"])!);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("is not empty", result.Error, StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(directory["cluster.json"]));
    }

    private static LoadChannel Open(IStepSink sink, List<LoadChannel> channels, SelectReadiness readiness)
    {
        channels.Add(new LoadChannel(channels.Count, 1, readiness, sink, () => 0));
        return channels[^1];
    }
}
