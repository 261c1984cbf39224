using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Replication.Log;

/// <summary>Where two logs part, told by their lineages alone.</summary>
public class LineageTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void The_common_point_is_the_last_position_at_which_the_logs_are_equal() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(Seeds, seed =>
        {
            var (left, right) = TwoLogs(new Prng((ulong)seed));
            var equal = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
            var expected = equal == 0 ? Lsn.Zero : left[equal - 1];
            return Common(left, right) == expected && Common(right, left) == expected;
        }));

    [Fact]
    public void A_log_has_all_in_common_with_itself_and_with_its_beginnings() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Seeds, seed =>
        {
            var prng = new Prng((ulong)seed);
            var (log, _) = TwoLogs(prng);
            var beginning = log[..prng.Next(log.Count + 1)];
            return Common(log, log) == Last(log) && Common(log, beginning) == Last(beginning);
        }));

    [Fact]
    public void Lineages_that_were_cut_short_never_name_too_late_a_point() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Seeds, seed =>
        {
            var prng = new Prng((ulong)seed);
            var (left, right) = TwoLogs(prng);
            var newest = LineageOf(right).Skip(prng.Next(3)).ToList();
            return Lineage.CommonPoint(LineageOf(left), Last(left), newest, Last(right)) <= Common(left, right);
        }));

    [Fact]
    public void The_epoch_of_an_entry_is_that_of_the_step_it_lies_in()
    {
        List<EpochStart> lineage = [new(new Epoch(2), 4), new(new Epoch(5), 9)];
        Assert.Equal(Epoch.None, Lineage.EpochAt(lineage, 3));
        Assert.Equal(new Epoch(2), Lineage.EpochAt(lineage, 4));
        Assert.Equal(new Epoch(2), Lineage.EpochAt(lineage, 8));
        Assert.Equal(new Epoch(5), Lineage.EpochAt(lineage, 9));
        Assert.Equal(new Epoch(5), Lineage.EpochAt(lineage, 1_000));
    }

    [Fact]
    public void Only_the_newest_steps_travel()
    {
        var lineage = Enumerable.Range(1, Lineage.MaxSteps + 10).Select(step => new EpochStart(new Epoch((ulong)step), (ulong)step)).ToList();
        var newest = Lineage.Newest(lineage);
        Assert.Equal(Lineage.MaxSteps, newest.Length);
        Assert.Equal(lineage[^1], newest[^1]);
        Assert.Equal(new Epoch(11), newest[0].Epoch);
    }

    /// <summary>Two logs with a common beginning; an epoch's entries come from one first member, so each later epoch is in one of them only.</summary>
    private static (List<Lsn> Left, List<Lsn> Right) TwoLogs(Prng prng)
    {
        var epoch = 0UL;
        List<Lsn> left = [];
        for (var epochs = prng.Next(4); epochs > 0; epochs--)
        {
            Extend(left, ++epoch, prng.Next(4) + 1);
        }

        List<Lsn> right = [.. left];
        var longer = prng.Chance(0.5) ? left : right;
        if (left.Count > 0 && prng.Chance(0.5))
        {
            // The newest common epoch may reach further in one of them.
            Extend(longer, epoch, prng.Next(3));
        }

        for (var epochs = prng.Next(5); epochs > 0; epochs--)
        {
            Extend(prng.Chance(0.5) ? left : right, ++epoch, prng.Next(3) + 1);
        }

        return (left, right);
    }

    private static void Extend(List<Lsn> log, ulong epoch, int count)
    {
        for (; count > 0; count--)
        {
            log.Add(new Lsn(new Epoch(epoch), (ulong)log.Count + 1));
        }
    }

    private static List<EpochStart> LineageOf(List<Lsn> log) =>
        [.. log.GroupBy(lsn => lsn.Epoch).Select(entries => new EpochStart(entries.Key, entries.First().Sequence))];

    private static Lsn Last(List<Lsn> log) => log.Count == 0 ? Lsn.Zero : log[^1];

    private static Lsn Common(List<Lsn> left, List<Lsn> right) => Lineage.CommonPoint(LineageOf(left), Last(left), LineageOf(right), Last(right));
}
