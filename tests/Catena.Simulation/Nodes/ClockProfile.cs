using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Nodes;

/// <summary>How wrong a node's clocks are at its start.</summary>
/// <param name="RateError">How much the monotonic clock gains, in parts per thousand million; negative where it loses.</param>
/// <param name="Offset">What the monotonic clock shows at the beginning of the world.</param>
/// <param name="WallOffset">How far the wall clock is ahead of the monotonic one.</param>
public sealed record ClockProfile(long RateError, long Offset, long WallOffset)
{
    /// <summary>The largest rate error that the design assumes (500 parts in a million), and so the largest that is ever drawn.</summary>
    public const long RateErrorBound = 500_000;

    /// <summary>A clock that shows the world's time.</summary>
    public static ClockProfile Exact { get; } = new(0, 0, 0);

    /// <summary>Draws one clock; every other one runs at the right rate.</summary>
    public static ClockProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var rate = random.Chance(0.5) ? 0 : random.Between(-RateErrorBound, RateErrorBound);
        return new ClockProfile(rate, random.Between(0, 1_000 * Duration.Second), random.Between(-3_600 * Duration.Second, 3_600 * Duration.Second));
    }
}
