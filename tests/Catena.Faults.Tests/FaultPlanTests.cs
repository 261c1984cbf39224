using Catena.Faults.Faults;

namespace Catena.Faults.Tests;

public sealed class FaultPlanTests
{
    [Fact]
    public void A_seed_repeats_its_faults()
    {
        var one = new FaultPlan(7, FaultKinds.All, 3);
        var other = new FaultPlan(7, FaultKinds.All, 3);
        var different = new FaultPlan(8, FaultKinds.All, 3);
        var first = Enumerable.Range(0, 30).SelectMany(_ => one.Next()).ToList();
        Assert.Equal(first, Enumerable.Range(0, 30).SelectMany(_ => other.Next()));
        Assert.NotEqual(first, Enumerable.Range(0, 30).SelectMany(_ => different.Next()));
    }

    [Fact]
    public void Every_kind_strikes_once_before_any_strikes_again()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var plan = new FaultPlan(seed, FaultKinds.All, 3);
            var drawn = new List<FaultKind>();
            while (plan.HasUndrawn)
            {
                drawn.AddRange(plan.Next().Select(fault => fault.Kind));
            }

            Assert.Equal(FaultKinds.All.Order(), drawn.Take(FaultKinds.All.Count).Order());
        }
    }

    [Fact]
    public void Faults_that_strike_together_are_of_different_areas()
    {
        var plan = new FaultPlan(11, FaultKinds.All, 5);
        var pairs = Enumerable.Range(0, 300).Select(_ => plan.Next()).Where(faults => faults.Count > 1).ToList();
        Assert.InRange(pairs.Count, 30, 200);
        Assert.All(pairs, pair => Assert.NotEqual(FaultKinds.AreaOf(pair[0].Kind), FaultKinds.AreaOf(pair[1].Kind)));
        Assert.All(pairs.SelectMany(pair => pair), fault => Assert.InRange(fault.Victim, 0, 4));
    }

    [Fact]
    public void Every_kind_has_a_name_that_leads_back_to_it() =>
        Assert.All(Enum.GetValues<FaultKind>(), kind => Assert.Equal(kind, FaultKinds.Find(FaultKinds.NameOf(kind))));
}
