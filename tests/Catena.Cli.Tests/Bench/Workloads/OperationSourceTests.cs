using Catena.Cli.Bench;
using Catena.Cli.Bench.Workloads;
using Catena.Core.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench.Workloads;

public sealed class OperationSourceTests
{
    [Theory]
    [InlineData("A", 50, 50, 0, 0, 0)]
    [InlineData("B", 95, 5, 0, 0, 0)]
    [InlineData("C", 100, 0, 0, 0, 0)]
    [InlineData("D", 95, 0, 5, 0, 0)]
    [InlineData("E", 0, 0, 5, 95, 0)]
    [InlineData("F", 50, 0, 0, 0, 50)]
    [InlineData("Register", 30, 70, 0, 0, 0)]
    public void A_mix_has_as_many_operations_of_each_kind_as_the_workload_says(string workload, params int[] expected)
    {
        var mix = OperationMix.Of(Enum.Parse<BenchWorkload>(workload), readPercent: 30);
        var drawn = Enumerable.Range(0, 100).Select(mix.KindOf).ToList();

        Assert.Equal(expected, OperationKinds.All.Select(kind => drawn.Count(one => one == kind)));
    }

    [Fact]
    public void Records_count_once_all_before_them_have_ended() =>
        Prop.ForAll(Gen.Shuffle(Enumerable.Range(0, 30).ToArray()).ToArbitrary(), order =>
        {
            var records = new RecordCount(100);
            Assert.Equal(Enumerable.Range(100, 30).Select(record => (long)record), order.Select(_ => records.Next()));
            var ended = new HashSet<long>();
            foreach (var record in order)
            {
                records.Ended(100 + record);
                ended.Add(100 + record);
                Assert.Equal(Enumerable.Range(0, 31).First(next => !ended.Contains(100 + next)) + 100, records.Settled);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_record_is_loaded_once_by_all_threads_together_and_again_where_it_failed() =>
        Prop.ForAll(Gen.Choose(1, 200).ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(), (records, threads) =>
        {
            var written = new List<long>();
            var failed = new HashSet<long>();
            for (var thread = 0; thread < threads; thread++)
            {
                var source = new LoadingOperations(thread, threads, records);
                while (source.TryNext(out var operation))
                {
                    Assert.Equal(OperationKind.Insert, operation.Kind);
                    var fails = operation.Record % 3 == 0 && failed.Add(operation.Record);
                    source.Ended(operation, fails ? OperationOutcome.Unknown : OperationOutcome.Ok);
                    if (!fails)
                    {
                        written.Add(operation.Record);
                    }
                }

                Assert.True(source.IsDone);
            }

            Assert.Equal(Enumerable.Range(0, records).Select(record => (long)record), written.Order());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Scans_stay_among_the_records_that_are_there_and_share_a_tag_and_insertions_are_new()
    {
        var options = new BenchOptions { Nodes = [], Workload = BenchWorkload.E, Keys = 2500, Distribution = BenchDistribution.Zipfian };
        var records = new RecordCount(options.Keys);
        var source = new MixedOperations(options, new Prng(5), records);
        var inserted = new HashSet<long>();
        var lengths = new HashSet<int>();
        for (var count = 0; count < 20_000; count++)
        {
            Assert.True(source.TryNext(out var operation));
            if (operation.Kind == OperationKind.Insert)
            {
                Assert.True(operation.Record >= options.Keys && inserted.Add(operation.Record));
                source.Ended(operation, OperationOutcome.Fail);
                Assert.Equal(operation.Record + 1, records.Settled);
                continue;
            }

            Assert.Equal(OperationKind.Scan, operation.Kind);
            Assert.InRange(operation.Length, 1, options.MostScanned);
            Assert.True(operation.Record + operation.Length <= records.Settled);
            Assert.Equal(operation.Record / RecordKeys.GroupRecords, (operation.Record + operation.Length - 1) / RecordKeys.GroupRecords);
            lengths.Add(operation.Length);
        }

        Assert.Equal(options.MostScanned, lengths.Count);
    }
}
