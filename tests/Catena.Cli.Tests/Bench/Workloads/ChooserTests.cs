using Catena.Cli.Bench.Workloads;
using Catena.Core.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench.Workloads;

public sealed class ChooserTests
{
    private const int Draws = 200_000;

    [Fact]
    public void Numbers_by_Zipfs_law_come_as_often_as_it_says()
    {
        const int Items = 1000;
        var counts = Count(new ZipfianNumbers(Items).Next, Items);
        var zeta = Enumerable.Range(1, Items).Sum(item => 1 / Math.Pow(item, ZipfianNumbers.Theta));

        // The first two exactly but for chance; sums of the others closely, as Gray et al. have it.
        Assert.Equal(1 / zeta, counts[0] / (double)Draws, 0.004);
        Assert.Equal(1 / Math.Pow(2, ZipfianNumbers.Theta) / zeta, counts[1] / (double)Draws, 0.004);
        foreach (var first in (int[])[10, 100, 500])
        {
            var expected = Enumerable.Range(1, first).Sum(item => 1 / Math.Pow(item, ZipfianNumbers.Theta)) / zeta;
            Assert.Equal(expected, counts.Take(first).Sum() / (double)Draws, 0.02);
        }
    }

    [Fact]
    public void Numbers_that_have_grown_are_drawn_like_those_that_were_as_many_from_the_first() =>
        Prop.ForAll(Gen.Choose(1, 300).ToArbitrary(), Gen.Choose(0, 300).ToArbitrary(), (first, more) =>
        {
            var grown = new ZipfianNumbers(first);
            grown.Grow(first + more);
            var fresh = new ZipfianNumbers(first + more);
            var (one, other) = (new Prng(7), new Prng(7));
            for (var draw = 0; draw < 100; draw++)
            {
                var number = grown.Next(one);
                Assert.Equal(fresh.Next(other), number);
                Assert.InRange(number, 0, first + more - 1);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_constant_of_ten_thousand_million_items_is_what_the_sum_tends_to()
    {
        // Euler and Maclaurin: the sum to n from the sum to m by an integral, with half of each end.
        const int Known = 100_000;
        const double Theta = ZipfianNumbers.Theta;
        var sum = Enumerable.Range(1, Known).Sum(item => 1 / Math.Pow(item, Theta));
        var rest = ((Math.Pow(1e10, 1 - Theta) - Math.Pow(Known, 1 - Theta)) / (1 - Theta)) + ((Math.Pow(1e10, -Theta) - Math.Pow(Known, -Theta)) / 2);
        var hottest = Count(random => new ScrambledZipfianChooser(1000, grows: false).Next(random, 1000), 1000).Max() / (double)Draws;

        Assert.Equal(26.46902820178302, sum + rest, 6);
        Assert.InRange(hottest, 1 / 26.469 * 0.97, 1 / 26.469 * 1.15);
    }

    [Fact]
    public void Scattered_records_lie_all_over_and_never_outside() =>
        Prop.ForAll(Gen.Choose(1, 5000).ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (records, grows) =>
        {
            var chooser = new ScrambledZipfianChooser(records, grows);
            var random = new Prng((ulong)records);
            var seen = Enumerable.Range(0, 200).Select(_ => chooser.Next(random, records)).ToHashSet();
            Assert.All(seen, record => Assert.InRange(record, 0, records - 1));
            Assert.True(records < 100 || seen.Max() - seen.Min() > records / 2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_number_means_does_not_change_while_records_are_added()
    {
        var (small, large) = (new ScrambledZipfianChooser(1000, grows: true), new ScrambledZipfianChooser(1000, grows: true));
        var (one, other) = (new Prng(3), new Prng(3));
        var before = Enumerable.Range(0, 1000).Select(_ => small.Next(one, 1000)).ToList();
        var after = Enumerable.Range(0, 1000).Select(_ => large.Next(other, 1050)).ToList();

        Assert.Equal(Favourite(before), Favourite(after.Where(record => record < 1000)));
        Assert.Contains(after, record => record >= 1000);
    }

    [Fact]
    public void The_latest_record_comes_most_often_also_when_others_have_been_added()
    {
        var chooser = new LatestChooser(1000);
        var random = new Prng(1);
        var before = Enumerable.Range(0, 10_000).Select(_ => chooser.Next(random, 1000)).ToList();
        var after = Enumerable.Range(0, 10_000).Select(_ => chooser.Next(random, 1500)).ToList();

        Assert.Equal(999, Favourite(before));
        Assert.Equal(1499, Favourite(after));
        Assert.All(before, record => Assert.InRange(record, 0, 999));
        Assert.All(after, record => Assert.InRange(record, 0, 1499));
        Assert.True(after.Average() > 1000);
    }

    [Fact]
    public void Uniform_records_come_alike_often()
    {
        var counts = Count(random => new UniformChooser().Next(random, 20), 20);

        Assert.All(counts, count => Assert.InRange(count, Draws / 20 * 0.95, Draws / 20 * 1.05));
    }

    private static long Favourite(IEnumerable<long> records) => records.GroupBy(record => record).MaxBy(group => group.Count())!.Key;

    private static int[] Count(Func<Prng, long> draw, int items)
    {
        var counts = new int[items];
        var random = new Prng(42);
        for (var number = 0; number < Draws; number++)
        {
            counts[draw(random)]++;
        }

        return counts;
    }
}
