using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What clients of transactions do; drawn once a seed.</summary>
public sealed record TransactionProfile
{
    /// <summary>How many clients there are.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>How often each workload is chosen, relative to the others; in the order of <see cref="WorkloadKind" />.</summary>
    public IReadOnlyList<int> Weights { get; init; } = [2, 2, 2, 1, 1, 1, 1, 1];

    /// <summary>How many lists there are.</summary>
    public int Lists { get; init; } = 4;

    /// <summary>How many accounts there are.</summary>
    public int Accounts { get; init; } = 4;

    /// <summary>How many registers there are.</summary>
    public int Registers { get; init; } = 4;

    /// <summary>How many pairs there are: of registers of which at most one may be on, and of ranges of which at most one may have keys.</summary>
    public int Pairs { get; init; } = 2;

    /// <summary>How many registers are written one by one and read together.</summary>
    public int ForkKeys { get; init; } = 4;

    /// <summary>How many ranges there are whose keys are counted.</summary>
    public int Ranges { get; init; } = 2;

    /// <summary>How many keys there may be in each.</summary>
    public int RangeKeys { get; init; } = 4;

    /// <summary>How many steps a transaction has at most.</summary>
    public int MaxSteps { get; init; } = 4;

    /// <summary>How many of the transactions that can have one step have one and go as plain commands.</summary>
    public double PlainShare { get; init; } = 0.3;

    /// <summary>How many of the steps read; where a transaction only reads or only writes, how many of the transactions do.</summary>
    public double ReadShare { get; init; } = 0.5;

    /// <summary>How many of the transactions on registers are decided by their client, who has read before and watches what it has read.</summary>
    public double WatchShare { get; init; } = 0.5;

    /// <summary>How many of the writes of registers are made without reading the register first.</summary>
    public double BlindShare { get; init; } = 0.2;

    /// <summary>How many of the transactions that could be asked for in one go are done step by step.</summary>
    public double InteractiveShare { get; init; }

    /// <summary>How many of those that are done step by step lock before they read.</summary>
    public double LockingShare { get; init; } = 0.3;

    /// <summary>How many of those are prepared, and decided on by their handle.</summary>
    public double PreparedShare { get; init; }

    /// <summary>How many of those are given up, in order or without a word.</summary>
    public double GivenUpShare { get; init; }

    /// <summary>The longest pause of a client between two transactions, and between reading and deciding.</summary>
    public long MaxThink { get; init; } = 50 * Duration.Millisecond;

    /// <summary>How long a client waits for an answer.</summary>
    public long Timeout { get; init; } = 6 * Duration.Second;

    /// <summary>The weights with which clients do nothing but one thing.</summary>
    public static IReadOnlyList<int> Only(WorkloadKind kind) => [.. Enum.GetValues<WorkloadKind>().Select(other => other == kind ? 1 : 0)];

    /// <summary>Draws a workload; any kind of transactions may be absent, but never all.</summary>
    public static TransactionProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new TransactionProfile
        {
            Clients = (int)random.Between(2, 8),
            Weights = DrawWeights(random),
            Lists = (int)random.Between(2, 6),
            Accounts = (int)random.Between(2, 6),
            Registers = (int)random.Between(2, 6),
            Pairs = (int)random.Between(1, 3),
            ForkKeys = (int)random.Between(2, 8),
            MaxSteps = (int)random.Between(2, 6),
            PlainShare = random.Chance(0.3) ? 0 : random.NextDouble() / 2,
            ReadShare = random.NextDouble(),
            WatchShare = random.NextDouble(),
            BlindShare = random.Chance(0.5) ? 0 : random.NextDouble() / 2,
            Ranges = (int)random.Between(1, 3),
            RangeKeys = (int)random.Between(1, PhantomWorkload.Places - 1),
            InteractiveShare = random.Chance(0.3) ? 0 : random.NextDouble(),
            LockingShare = random.Chance(0.3) ? 0 : random.NextDouble(),
            PreparedShare = random.Chance(0.4) ? 0 : random.NextDouble() / 2,
            GivenUpShare = random.Chance(0.4) ? 0 : random.NextDouble() / 4,
            MaxThink = random.Chance(0.3) ? random.Between(0, 500 * Duration.Millisecond) : random.Between(0, 30 * Duration.Millisecond),
            Timeout = random.Between(500 * Duration.Millisecond, 8 * Duration.Second),
        };
    }

    private static List<int> DrawWeights(Prng random)
    {
        var kinds = Enum.GetValues<WorkloadKind>();
        var present = kinds[random.Next(kinds.Length)];
        return [.. kinds.Select(kind => kind == present ? (int)random.Between(1, 4) : Math.Max(0, (int)random.Between(-2, 4)))];
    }
}
