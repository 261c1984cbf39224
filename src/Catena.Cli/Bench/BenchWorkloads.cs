namespace Catena.Cli.Bench;

/// <summary>What is known of every workload.</summary>
internal static class BenchWorkloads
{
    /// <summary>Whether it is one of YCSB's.</summary>
    public static bool IsYcsb(BenchWorkload workload) => workload is >= BenchWorkload.A and <= BenchWorkload.F;

    /// <summary>Whether it consists of transactions.</summary>
    public static bool IsTransactional(BenchWorkload workload) => workload >= BenchWorkload.Append;

    /// <summary>What the command line calls it.</summary>
    public static string NameOf(BenchWorkload workload) => workload switch
    {
        BenchWorkload.Register => "register",
        BenchWorkload.Append => "append",
        BenchWorkload.Bank => "bank",
        BenchWorkload.Multi => "multi",
        BenchWorkload.Prepared => "prepared",
        _ => ((char)('a' + (workload - BenchWorkload.A))).ToString(),
    };
}
