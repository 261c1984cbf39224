using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads;

/// <summary>What clients do; drawn once a seed.</summary>
public sealed record WorkloadProfile
{
    /// <summary>How many clients there are.</summary>
    public int Clients { get; init; } = 5;

    /// <summary>How many keys there are of each kind: registers, counters and texts.</summary>
    public int KeysOfKind { get; init; } = 2;

    /// <summary>The longest pause of a client between two operations.</summary>
    public long MaxThink { get; init; } = 20 * Duration.Millisecond;

    /// <summary>How long a client waits for an answer.</summary>
    public long Timeout { get; init; } = Duration.Second;

    /// <summary>How often each operation is chosen, relative to the others; in the order of <see cref="RegisterOperation" />.</summary>
    public IReadOnlyList<int> Weights { get; init; } = [4, 3, 1, 2, 2, 2];

    /// <summary>Draws a workload; any operation may be absent, except that there are always reads and puts.</summary>
    public static WorkloadProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new WorkloadProfile
        {
            Clients = (int)random.Between(1, 8),
            KeysOfKind = (int)random.Between(1, 4),
            MaxThink = random.Chance(0.3) ? random.Between(0, 500 * Duration.Millisecond) : random.Between(0, 20 * Duration.Millisecond),
            Timeout = random.Between(500 * Duration.Millisecond, 5 * Duration.Second),
            Weights = [.. Enum.GetValues<RegisterOperation>().Select(operation => Weight(operation, random))],
        };
    }

    private static int Weight(RegisterOperation operation, Prng random)
    {
        var always = operation is RegisterOperation.Get or RegisterOperation.Put;
        return always ? (int)random.Between(1, 6) : Math.Max(0, (int)random.Between(-3, 4));
    }
}
