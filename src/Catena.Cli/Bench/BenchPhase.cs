namespace Catena.Cli.Bench;

/// <summary>Which parts of one of YCSB's workloads are carried out.</summary>
internal enum BenchPhase
{
    /// <summary>Write every record once, then run.</summary>
    Both,

    /// <summary>Write every record once.</summary>
    Load,

    /// <summary>Run on what a load has written before.</summary>
    Run,
}
