namespace Catena.Cli.Bench.Workloads;

/// <summary>How many operations in a hundred are of which kind; together a hundred.</summary>
/// <param name="Read">Reads.</param>
/// <param name="Update">Writes of records that are there.</param>
/// <param name="Insert">Writes of new records.</param>
/// <param name="Scan">Reads of records that follow each other.</param>
/// <param name="ReadModifyWrite">Reads and then writes of one record.</param>
internal sealed record OperationMix(int Read, int Update = 0, int Insert = 0, int Scan = 0, int ReadModifyWrite = 0)
{
    /// <summary>Whether anything is written.</summary>
    public bool Writes => Update + Insert + ReadModifyWrite > 0;

    /// <summary>The mix of one of YCSB's core workloads, or of single reads and writes.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="readPercent">How many operations in a hundred are reads, where the workload leaves it open.</param>
    public static OperationMix Of(BenchWorkload workload, int readPercent) => workload switch
    {
        BenchWorkload.A => new(50, Update: 50),
        BenchWorkload.B => new(95, Update: 5),
        BenchWorkload.C => new(100),
        BenchWorkload.D => new(95, Insert: 5),
        BenchWorkload.E => new(0, Insert: 5, Scan: 95),
        BenchWorkload.F => new(50, ReadModifyWrite: 50),
        _ => new(readPercent, Update: 100 - readPercent),
    };

    /// <summary>The distribution that belongs to a workload.</summary>
    public static BenchDistribution DistributionOf(BenchWorkload workload) => workload switch
    {
        BenchWorkload.A or BenchWorkload.B or BenchWorkload.C or BenchWorkload.E or BenchWorkload.F => BenchDistribution.Zipfian,
        BenchWorkload.D => BenchDistribution.Latest,
        _ => BenchDistribution.Uniform,
    };

    /// <summary>Which kind a draw means.</summary>
    /// <param name="draw">A number from 0 to 99.</param>
    public OperationKind KindOf(int draw)
    {
        if ((draw -= Read) < 0)
        {
            return OperationKind.Read;
        }

        if ((draw -= Update) < 0)
        {
            return OperationKind.Update;
        }

        if ((draw -= Insert) < 0)
        {
            return OperationKind.Insert;
        }

        return draw - Scan < 0 ? OperationKind.Scan : OperationKind.ReadModifyWrite;
    }
}
