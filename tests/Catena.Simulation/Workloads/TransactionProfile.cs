using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads;

/// <summary>What clients of transactions do; drawn once a seed.</summary>
public sealed record TransactionProfile
{
    /// <summary>How many clients there are.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>How many lists there are.</summary>
    public int Lists { get; init; } = 4;

    /// <summary>How many accounts there are.</summary>
    public int Accounts { get; init; } = 4;

    /// <summary>How many steps a transaction has at most.</summary>
    public int MaxSteps { get; init; } = 4;

    /// <summary>How many of the transactions move money, and not items of lists.</summary>
    public double BankShare { get; init; } = 0.3;

    /// <summary>How many of the transactions have one step and go as plain commands.</summary>
    public double PlainShare { get; init; } = 0.3;

    /// <summary>How many of the steps read.</summary>
    public double ReadShare { get; init; } = 0.5;

    /// <summary>The longest pause of a client between two transactions.</summary>
    public long MaxThink { get; init; } = 50 * Duration.Millisecond;

    /// <summary>How long a client waits for an answer.</summary>
    public long Timeout { get; init; } = 6 * Duration.Second;

    /// <summary>Draws a workload.</summary>
    public static TransactionProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new TransactionProfile
        {
            Clients = (int)random.Between(2, 8),
            Lists = (int)random.Between(2, 6),
            Accounts = (int)random.Between(2, 6),
            MaxSteps = (int)random.Between(2, 6),
            BankShare = random.Chance(0.2) ? 0 : random.NextDouble(),
            PlainShare = random.Chance(0.3) ? 0 : random.NextDouble() / 2,
            ReadShare = random.NextDouble(),
            MaxThink = random.Chance(0.3) ? random.Between(0, 500 * Duration.Millisecond) : random.Between(0, 30 * Duration.Millisecond),
            Timeout = random.Between(500 * Duration.Millisecond, 8 * Duration.Second),
        };
    }
}
