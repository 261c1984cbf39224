using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Archive;

/// <summary>What a backup says of one pool file.</summary>
internal sealed record BackupFile
{
    /// <summary>Its name in the pool.</summary>
    public required string Name { get; init; }

    /// <summary><c>snapshot</c> or <c>log</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The CRC-32C of all of it but its end, as eight hexadecimal digits.</summary>
    public required string Crc { get; init; }

    /// <summary>The entry after which it goes on.</summary>
    public required string After { get; init; }

    /// <summary>Its last entry.</summary>
    public required string Through { get; init; }

    /// <summary>Of a snapshot: the sequence up to which the log must follow for the state to be exact; 0 of a log.</summary>
    public required ulong Complete { get; init; }

    /// <summary>What a backup says of a file.</summary>
    public static BackupFile Of(PoolFile file) => new()
    {
        Name = file.Name,
        Kind = file.Kind == PoolFileKind.Snapshot ? "snapshot" : "log",
        Length = file.Length,
        Crc = file.Checksum.ToString("x8", CultureInfo.InvariantCulture),
        After = file.After.ToString(),
        Through = file.Through.ToString(),
        Complete = file.Complete,
    };

    /// <summary>The file that it must be.</summary>
    /// <param name="partition">The partition.</param>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public PoolFile Expected(PartitionId partition)
    {
        if (!uint.TryParse(Crc, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var checksum) || Kind is not ("snapshot" or "log"))
        {
            throw new InvalidDataException("what the backup says of it makes no sense");
        }

        var file = new PoolFile(
            Kind == "snapshot" ? PoolFileKind.Snapshot : PoolFileKind.Log, partition, Position(After), Position(Through), Complete, Length, checksum);
        return file.Name == Name ? file : throw new InvalidDataException("its name is not that of what the backup says it is");
    }

    /// <summary>Reads an LSN.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Lsn Position(string text) => Lsn.TryParse(text, out var lsn) ? lsn : throw new InvalidDataException($"'{text}' is no position in a log");
}
