using Catena.Core.Primitives;

namespace Catena.Simulation.Workloads;

/// <summary>Draws among things of which some are more likely than others.</summary>
internal static class WeightedChoice
{
    /// <summary>Draws a place.</summary>
    /// <param name="random">The generator.</param>
    /// <param name="weights">How likely each place is, relative to the others; one at least is not 0.</param>
    internal static int Choose(this Prng random, IReadOnlyList<int> weights)
    {
        var left = random.Next(weights.Sum());
        var place = 0;
        while (left >= weights[place])
        {
            left -= weights[place++];
        }

        return place;
    }
}
