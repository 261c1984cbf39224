using Catena.Core.Primitives;

namespace Catena.Faults.Faults;

/// <summary>Draws faults from a seed: every kind once, in random order, before any comes again; now and then two at a time.</summary>
internal sealed class FaultPlan
{
    private const double PairChance = 0.3;

    private readonly IReadOnlyList<FaultKind> _kinds;
    private readonly int _nodes;
    private readonly Prng _random;
    private readonly List<FaultKind> _deck = [];
    private readonly HashSet<FaultKind> _drawn = [];

    /// <summary>A plan.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="kinds">The kinds wanted.</param>
    /// <param name="nodes">How many nodes there are.</param>
    public FaultPlan(ulong seed, IReadOnlyList<FaultKind> kinds, int nodes)
    {
        _kinds = kinds;
        _nodes = nodes;
        _random = new Prng(seed);
        SmallDiskNode = _random.Next(nodes);
    }

    /// <summary>Which node's disk is the one that can be filled.</summary>
    public int SmallDiskNode { get; }

    /// <summary>Whether there is a kind that has not been drawn at all yet.</summary>
    public bool HasUndrawn => _drawn.Count < _kinds.Count;

    /// <summary>The faults that strike next: one, or two of different areas.</summary>
    public IReadOnlyList<PlannedFault> Next()
    {
        var first = Draw(_ => true)!.Value;
        var faults = new List<PlannedFault> { Plan(first, TimeSpan.Zero) };
        if (_random.Chance(PairChance) && Draw(kind => FaultKinds.AreaOf(kind) != FaultKinds.AreaOf(first)) is { } second)
        {
            faults.Add(Plan(second, Between(0.2, 2)));
        }

        return faults;
    }

    private FaultKind? Draw(Func<FaultKind, bool> isFit)
    {
        if (_deck.Count == 0)
        {
            _deck.AddRange(_kinds);
        }

        var fit = _deck.Where(isFit).ToList();
        if (fit.Count == 0)
        {
            return null;
        }

        var drawn = fit[_random.Next(fit.Count)];
        _deck.Remove(drawn);
        _drawn.Add(drawn);
        return drawn;
    }

    private PlannedFault Plan(FaultKind kind, TimeSpan delay) => new(kind, _random.Next(_nodes), _random.Chance(0.5), LengthOf(kind), delay);

    private TimeSpan LengthOf(FaultKind kind) => kind switch
    {
        FaultKind.Pause => TimeSpan.FromSeconds(5),
        FaultKind.DiskFull => TimeSpan.FromSeconds(15),
        FaultKind.KillCoordinator => Between(2, 8),
        FaultKind.Restart => Between(0.5, 2),
        _ => FaultKinds.AreaOf(kind) == FaultArea.Network ? Between(4, 8) : Between(2, 5),
    };

    private TimeSpan Between(double least, double most) => TimeSpan.FromMilliseconds((1000 * least) + _random.Next((int)(1000 * (most - least))));
}
