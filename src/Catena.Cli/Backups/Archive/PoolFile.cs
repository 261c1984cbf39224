using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Archive;

/// <summary>What is known of a pool file without reading all of it.</summary>
/// <remarks>
/// Its name says whose it is, its range and its checksum, as in <c>p00012-log-4.1017-4.2030-1a2b3c4d.pool</c>: two files of one name are the same, so
/// none is ever replaced by another.
/// </remarks>
/// <param name="Kind">What it holds.</param>
/// <param name="Partition">The partition.</param>
/// <param name="After">The LSN of its header.</param>
/// <param name="Through">The LSN of its end.</param>
/// <param name="Complete">Of a snapshot: the sequence from which on the state is exact.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Checksum">The checksum of its end.</param>
internal sealed record PoolFile(PoolFileKind Kind, PartitionId Partition, Lsn After, Lsn Through, ulong Complete, long Length, uint Checksum)
{
    /// <summary>How every pool file's name ends.</summary>
    public const string Extension = ".pool";

    /// <summary>How the name of a file ends that is being written.</summary>
    public const string TemporaryExtension = ".tmp";

    /// <summary>Its name.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"p{Partition.Value:d5}-{(Kind == PoolFileKind.Snapshot ? "snapshot" : "log")}-{After}-{Through}-{Checksum:x8}{Extension}");
}
