using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Network;

/// <summary>How bad a network is; drawn once a seed, most kinds of trouble absent from most seeds.</summary>
public sealed record NetworkProfile
{
    /// <summary>A network without faults, with delays of 100 to 200 microseconds.</summary>
    public static NetworkProfile Calm { get; } = new();

    /// <summary>Whether messages of a pair keep their order and are lost only together with their connection, as over TCP.</summary>
    /// <remarks>Otherwise each message goes its own way, may be lost, come twice and overtake others. A connection never duplicates.</remarks>
    public bool Connected { get; init; }

    /// <summary>The shortest delay.</summary>
    public long MinDelay { get; init; } = 100 * Duration.Microsecond;

    /// <summary>The longest ordinary delay.</summary>
    public long MaxDelay { get; init; } = 200 * Duration.Microsecond;

    /// <summary>The probability that a delay is doubled, asked again after each doubling.</summary>
    public double Tail { get; init; }

    /// <summary>The bound of a doubled delay.</summary>
    public long TailBound { get; init; } = 2 * Duration.Second;

    /// <summary>The probability that a message is lost; over a connection, that the connection breaks with it.</summary>
    public double Loss { get; init; }

    /// <summary>The probability that a message comes twice.</summary>
    public double Duplication { get; init; }

    /// <summary>The probability that a message waits for up to ten times the longest delay, and so is overtaken.</summary>
    public double Reordering { get; init; }

    /// <summary>Draws a network.</summary>
    public static NetworkProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var min = random.Between(20 * Duration.Microsecond, 500 * Duration.Microsecond);
        return new NetworkProfile
        {
            Connected = random.Chance(0.6),
            MinDelay = min,
            MaxDelay = min + random.Between(0, random.Chance(0.3) ? 50 * Duration.Millisecond : Duration.Millisecond),
            Tail = Some(random, 0.3),
            TailBound = random.Between(10 * Duration.Millisecond, 2 * Duration.Second),
            Loss = Some(random, random.Chance(0.5) ? 0.3 : 0.02),
            Duplication = Some(random, 0.5),
            Reordering = Some(random, 0.3),
        };
    }

    private static double Some(Prng random, double most) => random.Chance(0.5) ? 0 : random.NextDouble() * most;
}
