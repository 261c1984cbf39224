using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Disks;

/// <summary>How slow and how treacherous a disk is; drawn once a seed and node.</summary>
public sealed record DiskProfile
{
    /// <summary>A disk that syncs in 100 to 200 microseconds, never fails, and loses all that was not synced.</summary>
    public static DiskProfile Plain { get; } = new();

    /// <summary>The shortest time of a sync.</summary>
    public long MinSync { get; init; } = 100 * Duration.Microsecond;

    /// <summary>The longest ordinary time of a sync.</summary>
    public long MaxSync { get; init; } = 200 * Duration.Microsecond;

    /// <summary>The probability that a sync takes up to a hundred times the longest ordinary time.</summary>
    public double Spike { get; init; }

    /// <summary>The probability that a write that was not synced survives a loss of power whole.</summary>
    public double Kept { get; init; }

    /// <summary>The probability that it survives in part: any of its sectors or pages, each by itself.</summary>
    public double Torn { get; init; }

    /// <summary>Whether directory changes survive in an order of their own; otherwise those that survive are the first ones, as on a journaling file system.</summary>
    public bool UnorderedDirectory { get; init; }

    /// <summary>The bytes it holds.</summary>
    public long Capacity { get; init; } = long.MaxValue;

    /// <summary>A broken part for tests of the checkers: syncs succeed and make nothing durable.</summary>
    public bool LiesAboutSync { get; init; }

    /// <summary>Draws a disk.</summary>
    public static DiskProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var min = random.Between(20 * Duration.Microsecond, 5 * Duration.Millisecond);
        var kept = random.Chance(0.5) ? random.NextDouble() : 0;
        return new DiskProfile
        {
            MinSync = min,
            MaxSync = min + random.Between(0, 10 * Duration.Millisecond),
            Spike = random.Chance(0.5) ? 0 : random.NextDouble() * 0.05,
            Kept = kept,
            Torn = random.Chance(0.7) ? (1 - kept) * random.NextDouble() : 0,
            UnorderedDirectory = random.Chance(0.5),
        };
    }
}
