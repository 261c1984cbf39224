using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads.Tables;

/// <summary>What clients of named tables do; drawn once a seed.</summary>
public sealed record TableProfile
{
    /// <summary>How many clients there are.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>How many names there are.</summary>
    public int Tables { get; init; } = 2;

    /// <summary>How many keys each table has.</summary>
    public int Keys { get; init; } = 3;

    /// <summary>How many of the requests create or drop a table.</summary>
    public double ChangeShare { get; init; } = 0.15;

    /// <summary>The longest pause of a client between two requests.</summary>
    public long MaxThink { get; init; } = 50 * Duration.Millisecond;

    /// <summary>How long a client waits for an answer.</summary>
    public long Timeout { get; init; } = 6 * Duration.Second;

    /// <summary>Draws what clients do.</summary>
    public static TableProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new TableProfile
        {
            Clients = (int)random.Between(2, 6),
            Tables = (int)random.Between(1, 3),
            Keys = (int)random.Between(1, 5),
            ChangeShare = 0.02 + (random.NextDouble() * 0.3),
            MaxThink = random.Chance(0.3) ? random.Between(0, 500 * Duration.Millisecond) : random.Between(0, 50 * Duration.Millisecond),
            Timeout = random.Between(500 * Duration.Millisecond, 8 * Duration.Second),
        };
    }
}
