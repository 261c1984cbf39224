using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.Tests.Support;
using Catena.Core.Primitives;

namespace Catena.Cli.Tests.Bench.Loop;

public sealed class LoadLoopTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void An_open_loop_charges_a_server_that_stands_still_for_all_who_would_have_come()
    {
        using var readiness = new SteppedReadiness();
        var stalled = 0;
        using var server = new FakeRedisServer(_ =>
        {
            if (Interlocked.Exchange(ref stalled, 1) == 0)
            {
                readiness.Pass(Second);
            }

            return writer => writer.WriteOk();
        });
        var options = new BenchOptions { Nodes = [server.Address], Threads = 1, ReadPercent = 0, Rate = 100, Timeout = TimeSpan.FromHours(1) };

        var counts = Run(options, readiness, 2 * Second);

        // A hundred were due in the second of silence, fifty of them in its first half; a loop that waits for the answer before it asks again would have seen one.
        Assert.Equal(200, counts.Completed + counts.Unsent);
        Assert.True(counts.Writes.Percentile(0.76) >= Second / 2);
        Assert.True(counts.Waits.Percentile(0.76) >= Second / 2);
        Assert.True(counts.Writes.Longest >= Second);
    }

    [Fact]
    public void A_closed_loop_has_one_pipeline_under_way_a_connection()
    {
        using var readiness = new SteppedReadiness();
        var (gate, most, asked) = (new Lock(), 0, 0);
        using var server = new FakeRedisServer(_ =>
        {
            lock (gate)
            {
                asked++;
                readiness.Pass(Second / 100);
            }

            return writer =>
            {
                lock (gate)
                {
                    most = Math.Max(most, asked);
                    asked--;
                }

                writer.WriteOk();
            };
        });
        var counts = Run(new BenchOptions { Nodes = [server.Address], Threads = 3, Pipeline = 4, ReadPercent = 0, Timeout = TimeSpan.FromHours(1) }, readiness, Second);

        Assert.Equal(0, counts.Completed % 4);
        Assert.True(counts.Completed >= 12);
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, counts.Unknown + counts.Failed);
    }

    [Fact]
    public void A_read_modify_write_is_one_operation_of_two_requests_of_the_same_key()
    {
        using var readiness = new SteppedReadiness();
        var requests = new List<string[]>();
        var store = new Dictionary<string, string>();
        using var server = new FakeRedisServer(request =>
        {
            lock (store)
            {
                requests.Add(request);
                readiness.Pass(Second / 1000);
                if (request[0] == "SET")
                {
                    store[request[1]] = request[2];
                    return writer => writer.WriteOk();
                }

                return writer => writer.WriteBulk(store.GetValueOrDefault(request[1], "old"));
            }
        });
        var counts = Run(new BenchOptions { Nodes = [server.Address], Threads = 1, Workload = BenchWorkload.F, Keys = 10, Timeout = TimeSpan.FromHours(1) }, readiness, Second);

        Assert.True(counts.Of(OperationKind.ReadModifyWrite).Count > 0);
        Assert.Equal(counts.Of(OperationKind.ReadModifyWrite).Count, requests.Count(request => request[0] == "SET"));
        Assert.Equal(counts.Completed, requests.Count(request => request[0] == "GET"));
        foreach (var (read, write) in requests.Zip(requests.Skip(1)).Where(pair => pair.Second[0] == "SET"))
        {
            Assert.Equal(["GET", write[1]], read);
        }
    }

    [Fact]
    public void Silence_leaves_outcomes_open_and_another_connection_is_made()
    {
        using var readiness = new SteppedReadiness();
        using var server = new FakeRedisServer(_ => _ => { });
        var counts = Run(new BenchOptions { Nodes = [server.Address], Threads = 1, Timeout = TimeSpan.FromMilliseconds(100) }, readiness, Second);

        Assert.True(counts.Unknown >= 2);
        Assert.Equal(0, counts.Completed);
        Assert.Equal(counts.Unknown, counts.Errors["no answer"]);
        Assert.Equal(counts.Unknown, counts.Errors["connection: TimedOut"]);
    }

    [Fact]
    public void A_loop_goes_on_at_the_next_node_when_one_goes_away()
    {
        using var readiness = new SteppedReadiness();
        var closed = 0;
        using var gone = new FakeRedisServer(_ =>
        {
            Interlocked.Increment(ref closed);
            return null;
        });
        using var there = new FakeRedisServer(_ =>
        {
            readiness.Pass(Second / 1000);
            return writer => writer.WriteNull();
        });
        var counts = Run(new BenchOptions { Nodes = [gone.Address, there.Address], Threads = 1, ReadPercent = 100, Timeout = TimeSpan.FromHours(1) }, readiness, Second);

        Assert.Equal(1, closed);
        Assert.Equal(1, counts.Unknown);
        Assert.True(counts.Completed > 0);
        Assert.Equal(counts.Completed, counts.Missing);
    }

    [Fact]
    public void What_is_answered_while_a_load_warms_up_is_in_no_figure()
    {
        using var readiness = new SteppedReadiness();
        var asked = 0;
        using var server = new FakeRedisServer(_ =>
        {
            Interlocked.Increment(ref asked);
            readiness.Pass(Second / 100);
            return writer => writer.WriteOk();
        });
        var options = new BenchOptions { Nodes = [server.Address], Threads = 1, ReadPercent = 0, WarmUp = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromHours(1) };

        var counts = Run(options, readiness, 2 * Second);

        // A hundred in each of both seconds, or fewer where the loop had to wait.
        Assert.InRange(counts.Completed, 1, 101);
        Assert.True(asked > counts.Completed);
        Assert.Equal(counts.Completed, counts.Writes.Count);
        Assert.True(counts.LongestStall < Second / 2);
    }

    [Fact]
    public void Operations_that_have_a_node_go_there()
    {
        using var readiness = new SteppedReadiness();
        var (gate, wrong) = (new Lock(), 0);
        using var even = ServerOf(0);
        using var odd = ServerOf(1);
        var options = new BenchOptions { Nodes = [even.Address, odd.Address], Threads = 2, Pipeline = 3, Timeout = TimeSpan.FromHours(1) };
        var source = new EvenAndOdd(even.Address);
        using var loop = new LoadLoop(options, 0, options.Threads, source, null, clock: () => readiness.Now, readiness: readiness);

        loop.Run(readiness.Now + Second, TestContext.Current.CancellationToken);

        Assert.True(loop.Counts.Completed > 0);
        Assert.Equal(0, wrong);

        FakeRedisServer ServerOf(int rest) => new(request =>
        {
            readiness.Pass(Second / 1000);
            lock (gate)
            {
                wrong += (request[1][^1] - '0') % 2 == rest ? 0 : 1;
            }

            return writer => writer.WriteNull();
        });
    }

    [Fact]
    public void A_server_that_wants_to_hear_the_end_hears_it()
    {
        using var readiness = new SteppedReadiness();
        using var heard = new ManualResetEventSlim();
        using var server = new FakeRedisServer(request =>
        {
            readiness.Pass(Second / 100);
            if (request[0] == "QUIT")
            {
                heard.Set();
            }

            return writer => writer.WriteNull();
        });
        var options = new BenchOptions { Nodes = [server.Address], Threads = 1, ReadPercent = 100, Timeout = TimeSpan.FromHours(1) };
        var source = new MixedOperations(options, new Prng(1), new RecordCount(options.Keys));
        using var loop = new LoadLoop(options, 0, 1, source, null, clock: () => readiness.Now, readiness: readiness, codecs: () => new QuittingCodec());

        loop.Run(readiness.Now + (Second / 10), TestContext.Current.CancellationToken);

        Assert.True(loop.Counts.Completed > 0);
        Assert.True(heard.Wait(Eventually.Deadline, TestContext.Current.CancellationToken));
    }

    private static BenchCounts Run(BenchOptions options, SteppedReadiness readiness, long duration)
    {
        var source = new MixedOperations(options, new Prng(1), new RecordCount(options.Keys));
        using var loop = new LoadLoop(options, 0, options.Threads, source, null, clock: () => readiness.Now, readiness: readiness);
        loop.Run(readiness.Now + duration, TestContext.Current.CancellationToken);
        return loop.Counts;
    }
}
