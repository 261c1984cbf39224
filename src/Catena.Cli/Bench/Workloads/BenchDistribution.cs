namespace Catena.Cli.Bench.Workloads;

/// <summary>Which records operations are about.</summary>
internal enum BenchDistribution
{
    /// <summary>All alike.</summary>
    Uniform,

    /// <summary>Some much more often than others, scattered over all.</summary>
    Zipfian,

    /// <summary>The newer, the more often.</summary>
    Latest,
}
