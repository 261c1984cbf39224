using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Coordination;

/// <summary>How slow and how troublesome a coordinator is; drawn once a seed.</summary>
public sealed record CoordinatorProfile
{
    /// <summary>A coordinator whose servers follow each other within a millisecond and that loses nothing.</summary>
    public static CoordinatorProfile Calm { get; } = new();

    /// <summary>How many servers there are.</summary>
    public int Servers { get; init; } = 3;

    /// <summary>How long a session lives without word of its owner.</summary>
    public long SessionTimeout { get; init; } = 4 * Duration.Second;

    /// <summary>The shortest time between owner and server, one way.</summary>
    public long MinDelay { get; init; } = 200 * Duration.Microsecond;

    /// <summary>The longest such time.</summary>
    public long MaxDelay { get; init; } = Duration.Millisecond;

    /// <summary>The longest time by which a server is behind the leader: how stale reads are, and how late watches.</summary>
    public long MaxLag { get; init; } = Duration.Millisecond;

    /// <summary>The probability that the connection is lost between a write's effect and its reply.</summary>
    public double LostReplies { get; init; }

    /// <summary>The probability that the connection is lost before a request arrives.</summary>
    public double LostRequests { get; init; }

    /// <summary>Draws a coordinator.</summary>
    public static CoordinatorProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var min = random.Between(100 * Duration.Microsecond, 2 * Duration.Millisecond);
        return new CoordinatorProfile
        {
            Servers = random.Chance(0.3) ? 1 : 3,
            SessionTimeout = random.Between(2 * Duration.Second, 10 * Duration.Second),
            MinDelay = min,
            MaxDelay = min + random.Between(0, 10 * Duration.Millisecond),
            MaxLag = random.Chance(0.5) ? Duration.Millisecond : random.Between(Duration.Millisecond, 2 * Duration.Second),
            LostReplies = random.Chance(0.5) ? 0 : random.NextDouble() * 0.2,
            LostRequests = random.Chance(0.5) ? 0 : random.NextDouble() * 0.1,
        };
    }
}
