using Catena.Cli.CommandLine;

namespace Catena.Compare;

/// <summary>One load of the comparison.</summary>
internal sealed record CompareOptions
{
    /// <summary>How the servers are spoken to.</summary>
    public required PeerProtocol Protocol { get; init; }

    /// <summary>The servers; connection i goes to server i, counted round. With <see cref="PeerProtocol.RedisCluster" /> they are asked which nodes there are.</summary>
    public required IReadOnlyList<HostPort> Nodes { get; init; }

    /// <summary>How many connections.</summary>
    public int Clients { get; init; }

    /// <summary>How many requests a connection sends at once.</summary>
    public int Pipeline { get; init; }

    /// <summary>Whether keys are read; otherwise they are written.</summary>
    public bool Reads { get; init; }

    /// <summary>Whether every key is written once, and nothing else is done.</summary>
    public bool Fills { get; init; }

    /// <summary>How many keys there are.</summary>
    public int Keys { get; init; }

    /// <summary>What the keys begin with.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>How long values are at least, in bytes.</summary>
    public int ValueBytes { get; init; }

    /// <summary>For how long is measured.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>For how long the load goes on before.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>How many replicas <c>WAIT</c> waits for.</summary>
    public int Replicas { get; init; }

    /// <summary>The servers' processes, whose processor time is told.</summary>
    public IReadOnlyList<int> Processes { get; init; } = [];
}
