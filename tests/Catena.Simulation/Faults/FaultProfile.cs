using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Faults;

/// <summary>Which faults strike, how often and for how long; drawn once a seed, most kinds absent from most seeds ("swarm testing", Groce et al., 2012).</summary>
/// <param name="Intervals">The mean time between two faults of a kind; kinds that are missing do not strike.</param>
/// <param name="MaxLength">The longest time that one fault lasts.</param>
public sealed record FaultProfile(IReadOnlyDictionary<FaultKind, long> Intervals, long MaxLength)
{
    /// <summary>No faults at all.</summary>
    public static FaultProfile None { get; } = new(new SortedDictionary<FaultKind, long>(), Duration.Second);

    /// <summary>Disks that lose bits again and again under nodes that are killed, paused and cut off now and then.</summary>
    public static FaultProfile Rotting { get; } = new(
        new SortedDictionary<FaultKind, long>
        {
            [FaultKind.BitRot] = 40 * Duration.Millisecond,
            [FaultKind.Kill] = 15 * Duration.Second,
            [FaultKind.Partition] = 6 * Duration.Second,
            [FaultKind.Pause] = 6 * Duration.Second,
        },
        2 * Duration.Second);

    /// <summary>Draws from the kinds that a system promises to stand.</summary>
    public static FaultProfile Draw(Prng random, IReadOnlySet<FaultKind> tolerated)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(tolerated);
        var intervals = new SortedDictionary<FaultKind, long>();
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            // Drawn for every kind, so that tolerating one more changes nothing for the others.
            var chosen = random.Chance(0.35);
            var interval = random.Between(500 * Duration.Millisecond, random.Chance(0.5) ? 3 * Duration.Second : 20 * Duration.Second);
            if (chosen && tolerated.Contains(kind))
            {
                intervals.Add(kind, interval);
            }
        }

        return new FaultProfile(intervals, random.Between(200 * Duration.Millisecond, 12 * Duration.Second));
    }
}
