using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.Tests.Support;
using Catena.Core.Primitives;

namespace Catena.Cli.Tests.Bench.Loop;

public sealed class SteadyStateTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void A_request_allocates_nothing(double rate)
    {
        using var server = new FakeRedisServer(request => request[0] == "GET" ? writer => writer.WriteBulk("value") : writer => writer.WriteOk());

        var few = Allocated(server, 1_000, rate);
        var many = Allocated(server, 11_000, rate);

        Assert.InRange(many - few, long.MinValue, 10_000);
    }

    private static long Allocated(FakeRedisServer server, int operations, double rate)
    {
        var options = new BenchOptions { Nodes = [server.Address], Threads = 4, Pipeline = 16, Rate = rate, Keys = 1000, Distribution = BenchDistribution.Zipfian };
        using var loop = new LoadLoop(options, 0, options.Threads, new Limited(options, operations), null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        loop.Run(long.MaxValue, TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(operations, loop.Counts.Completed);
        return allocated;
    }

    private sealed class Limited(BenchOptions options, int operations) : IOperationSource
    {
        private readonly MixedOperations _operations = new(options, new Prng(1), new RecordCount(options.Keys));
        private int _left = operations;

        public bool IsDone => _left == 0;

        public bool TryNext(out DrawnOperation operation)
        {
            operation = default;
            return _left > 0 && _left-- > 0 && _operations.TryNext(out operation);
        }

        public void Ended(in DrawnOperation operation, OperationOutcome outcome) => _operations.Ended(operation, outcome);
    }
}
