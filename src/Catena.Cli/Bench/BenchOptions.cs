using Catena.Cli.Bench.Workloads;
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

    /// <summary>How many connections; where a history is written, and with transactions, each has a thread of its own.</summary>
    public int Threads { get; init; } = 8;

    /// <summary>How many threads drive the connections, where they have none of their own.</summary>
    public int Loops { get; init; } = 1;

    /// <summary>How many operations a second are due, whatever becomes of those before; 0 for as many as are answered.</summary>
    public double Rate { get; init; }

    /// <summary>Which parts of one of YCSB's workloads are carried out.</summary>
    public BenchPhase Phase { get; init; }

    /// <summary>Which records operations are about.</summary>
    public BenchDistribution Distribution { get; init; }

    /// <summary>How many records a scan reads at most; as many as 1 are as likely.</summary>
    public int MostScanned { get; init; } = 100;

    /// <summary>How many prepared transactions in a hundred are rolled back.</summary>
    public int RollbackPercent { get; init; } = 10;

    /// <summary>How long.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much of it comes first and is in no figure but those of connections; of loads by <see cref="Loop.LoadLoop" /> only.</summary>
    public TimeSpan WarmUp { get; init; }

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

    /// <summary>How many operations are of which kind.</summary>
    public OperationMix Mix => OperationMix.Of(Workload, ReadPercent);

    /// <summary>Whether records that follow each other share hash tags, so that they can be scanned.</summary>
    public bool IsGrouped => Workload == BenchWorkload.E;

    /// <summary>Whether the clock starts after every key was written once.</summary>
    public bool Loads => Fill || (BenchWorkloads.IsYcsb(Workload) && Phase != BenchPhase.Run);

    /// <summary>How long to wait for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
