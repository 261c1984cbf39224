using System.Text.Json;
using System.Text.Json.Serialization;
using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Archive;

/// <summary>One backup: whose it is, its cut, and which pool files make up each partition.</summary>
/// <remarks>
/// A JSON document whose bytes are canonical: whoever reads it writes it again and demands the same bytes, so any change of it shows, be it
/// one that changes no meaning. Its last property is the CRC-32C of the document without it.
/// </remarks>
internal sealed record BackupManifest
{
    /// <summary>The format that this code writes.</summary>
    public const int PresentFormat = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The format; 1.</summary>
    public int Format { get; init; } = PresentFormat;

    /// <summary>The cluster's identity.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>When the cut was made, by the clock of the machine that made it, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The highest epoch of any partition at the cut: versions in the backup are below the next.</summary>
    public required ulong HighestEpoch { get; init; }

    /// <summary>The bytes of all pool files that it names.</summary>
    public required long Bytes { get; init; }

    /// <summary>The partitions by number; as many as the cluster has.</summary>
    public required IReadOnlyList<BackupPartition> Partitions { get; init; }

    /// <summary>CRC-32C, as eight hexadecimal digits, of the document's bytes without this property.</summary>
    public string? Checksum { get; init; }

    /// <summary>The document's bytes.</summary>
    public byte[] Render()
    {
        var bare = JsonSerializer.SerializeToUtf8Bytes(this with { Checksum = null }, Options);
        return JsonSerializer.SerializeToUtf8Bytes(this with { Checksum = Crc32C.Compute(bare).ToString("x8", null) }, Options);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="bytes">What <see cref="Render" /> gave.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of a format that is not known.</exception>
    public static BackupManifest Read(ReadOnlySpan<byte> bytes)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Options);
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException($"it is damaged: {malformed.Message}", malformed);
        }

        if (manifest is null || manifest.Format != PresentFormat)
        {
            throw new InvalidDataException($"its format {manifest?.Format} is not known to this version of catena");
        }

        return manifest.Render().AsSpan().SequenceEqual(bytes) ? manifest : throw new InvalidDataException("it is damaged");
    }
}
