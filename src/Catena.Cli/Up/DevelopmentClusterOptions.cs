namespace Catena.Cli.Up;

/// <summary>How a development cluster is looked after.</summary>
internal sealed record DevelopmentClusterOptions
{
    /// <summary>Whether a node that died is started again.</summary>
    public bool Restart { get; init; } = true;

    /// <summary>How long a dead node stays dead.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often readiness is asked for.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often is said what is still missing.</summary>
    public TimeSpan HintInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long nodes may take to stop in order before they are killed.</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a node may fail before the cluster was ever ready, until the run is given up.</summary>
    public int StartAttempts { get; init; } = 3;
}
