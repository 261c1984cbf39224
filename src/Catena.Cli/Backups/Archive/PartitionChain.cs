using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Archive;

/// <summary>A snapshot of a partition and the log files that go on from it.</summary>
/// <param name="Files">The snapshot, then the log files in order.</param>
internal sealed record PartitionChain(IReadOnlyList<PoolFile> Files)
{
    /// <summary>Log files this long in all are never a reason for a new snapshot.</summary>
    public const long AlwaysEnough = 1 << 20;

    /// <summary>The last entry.</summary>
    public Lsn Through => Files[^1].Through;

    /// <summary>The sequence from which on the state is exact.</summary>
    public ulong Complete => Files[0].Complete;

    /// <summary>The bytes of all files.</summary>
    public long Bytes => Files.Sum(file => file.Length);

    /// <summary>The longest chain that files of one partition make; the one of fewest bytes, where several reach as far.</summary>
    /// <returns>Null where there is no snapshot among them.</returns>
    public static PartitionChain? Best(IEnumerable<PoolFile> files)
    {
        var all = files.ToList();
        var next = all.Where(file => file.Kind == PoolFileKind.Log && file.Through > file.After).ToLookup(file => file.After);
        return all.Where(file => file.Kind == PoolFileKind.Snapshot)
            .Select(snapshot => From(snapshot, next))
            .OrderByDescending(chain => chain.Through)
            .ThenBy(chain => chain.Bytes)
            .FirstOrDefault();
    }

    /// <summary>The chain with one more log file.</summary>
    public PartitionChain With(PoolFile log)
    {
        Invariant.Holds(log.Kind == PoolFileKind.Log && log.After == Through, "a log file was put where it does not go on");
        return new PartitionChain([.. Files, log]);
    }

    /// <summary>Whether the log files have become so long that a new snapshot is better.</summary>
    /// <param name="share">How long they may be, as a share of the snapshot.</param>
    public bool IsStale(double share) => Files.Skip(1).Sum(file => file.Length) > Math.Max(AlwaysEnough, share * Files[0].Length);

    private static PartitionChain From(PoolFile snapshot, ILookup<Lsn, PoolFile> next)
    {
        var files = new List<PoolFile> { snapshot };
        while (next[files[^1].Through].MaxBy(file => file.Through) is { } log)
        {
            files.Add(log);
        }

        return new PartitionChain(files);
    }
}
