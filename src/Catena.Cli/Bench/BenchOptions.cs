using Catena.Cli.CommandLine;
using Catena.Server.Node;

namespace Catena.Cli.Bench;

/// <summary>What load is to be put on which nodes.</summary>
internal sealed record BenchOptions
{
    /// <summary>The nodes; connection i begins with node i, counted round, and goes to the next when one fails.</summary>
    public required IReadOnlyList<HostPort> Nodes { get; init; }

    /// <summary>What is done with the keys.</summary>
    public BenchWorkload Workload { get; init; }

    /// <summary>Through which protocol.</summary>
    public BenchProtocol Protocol { get; init; } = BenchProtocol.Redis;

    /// <summary>How many threads, each with a connection of its own.</summary>
    public int Threads { get; init; } = 8;

    /// <summary>How long.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From how many keys each operation draws one, all alike; of <see cref="BenchWorkload.Multi" />, from how many groups of keys.</summary>
    public int Keys { get; init; } = 100_000;

    /// <summary>How many steps a transaction of <see cref="BenchWorkload.Append" /> has at most.</summary>
    public int Steps { get; init; } = 4;

    /// <summary>In how many partitions a transaction of <see cref="BenchWorkload.Multi" /> has a key each.</summary>
    public int Spread { get; init; } = 2;

    /// <summary>What the keys begin with; a number follows.</summary>
    public string KeyPrefix { get; init; } = "key-";

    /// <summary>How long values are at least, in bytes.</summary>
    public int ValueBytes { get; init; } = 64;

    /// <summary>How many operations in a hundred are reads; of <see cref="BenchWorkload.Append" /> steps, otherwise transactions.</summary>
    public int ReadPercent { get; init; } = 50;

    /// <summary>How many operations a connection sends at once before it waits for their answers.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>How long a connection waits between an answer and what it sends next.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Whether every key is written once before the clock starts.</summary>
    public bool Fill { get; init; }

    /// <summary>The password of the nodes, for the Redis protocol; null for none.</summary>
    public RedisPassword? Password { get; init; }

    /// <summary>How long to wait for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
