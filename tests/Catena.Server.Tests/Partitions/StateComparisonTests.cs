using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;
using Catena.Server.Partitions;

namespace Catena.Server.Tests.Partitions;

/// <summary>Who is wrong where states differ.</summary>
public sealed class StateComparisonTests
{
    private static readonly NodeId A = new(1);
    private static readonly NodeId B = new(2);
    private static readonly NodeId C = new(3);

    [Fact]
    public void Equal_sums_are_counted()
    {
        var comparison = new StateComparison();
        Assert.Same(SumVerdict.None, comparison.Take(A, [At(1024, 7), At(1500, 9)], B, [At(1024, 7)], [A, B, C]));
        Assert.Equal(1, comparison.Equal);
    }

    [Fact]
    public void Sums_of_positions_that_only_one_has_told_of_say_nothing()
    {
        var comparison = new StateComparison();
        Assert.Same(SumVerdict.None, comparison.Take(A, [At(1500, 9)], B, [At(1499, 8)], [A, B, C]));
        Assert.Equal(0, comparison.Equal);
    }

    [Fact]
    public void Whoever_differs_from_a_majority_is_wrong()
    {
        var comparison = new StateComparison();
        ImmutableArray<StateSum> own = [At(1024, 7)];
        comparison.Take(A, own, B, [At(1024, 7)], [A, B, C]);
        var verdict = comparison.Take(A, own, C, [At(1024, 8)], [A, B, C]);
        Assert.Equal([C], verdict.Dissenters);
        Assert.Equal(7UL, verdict.Sum);
        Assert.False(verdict.IsOpen);
    }

    [Fact]
    public void The_first_member_may_be_the_one_that_is_wrong()
    {
        var comparison = new StateComparison();
        ImmutableArray<StateSum> own = [At(1024, 1)];
        Assert.Same(SumVerdict.None, comparison.Take(A, own, B, [At(1024, 7)], [A, B, C]));
        var verdict = comparison.Take(A, own, C, [At(1024, 7)], [A, B, C]);
        Assert.Equal([A], verdict.Dissenters);
    }

    [Fact]
    public void Of_two_nobody_can_say_who_is_wrong_and_that_is_told_once()
    {
        var comparison = new StateComparison();
        ImmutableArray<StateSum> own = [At(1024, 1)];
        var verdict = comparison.Take(A, own, B, [At(1024, 7)], [A, B]);
        Assert.True(verdict.IsOpen);
        Assert.Equal([A, B], verdict.Dissenters);
        Assert.Same(SumVerdict.None, comparison.Take(A, own, B, [At(1024, 7)], [A, B]));
    }

    [Fact]
    public void What_was_told_of_another_configuration_does_not_count()
    {
        var comparison = new StateComparison();
        ImmutableArray<StateSum> own = [At(1024, 1)];
        comparison.Take(A, own, B, [At(1024, 7)], [A, B, C]);
        comparison.Clear();
        Assert.Same(SumVerdict.None, comparison.Take(A, own, C, [At(1024, 7)], [A, B, C]));
    }

    private static StateSum At(ulong sequence, ulong sum) => new(new Lsn(new Epoch(1), sequence), sum);
}
