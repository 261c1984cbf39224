using Catena.Cli.Bench.Report;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench.Report;

public sealed class PlotTests
{
    [Fact]
    public void Whatever_is_plotted_lies_inside_and_the_axes_have_ticks() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ListOf().ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (values, isLogarithmic) =>
        {
            var axis = new PlotAxis("ms", isLogarithmic);
            var shown = values.Select(value => value / 1000.0).ToList();
            var range = axis.Range(shown);
            Assert.True(range.To > range.From);
            Assert.All(shown, value => Assert.InRange(axis.Place(value, range), -1e-9, 1 + 1e-9));
            var ticks = axis.Ticks(range).ToList();
            Assert.InRange(ticks.Count, 2, 20);
            Assert.All(ticks, tick => Assert.InRange(axis.Place(tick, range), -1e-3, 1 + 1e-3));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Percentiles_are_written_as_such()
    {
        var axis = new PlotAxis("%", IsLogarithmic: true, IsNines: true);

        Assert.Equal(["0 %", "90 %", "99 %", "99.9 %", "99.99 %"], axis.Ticks(axis.Range([1, 10_000])).Select(axis.Label));
    }
}
