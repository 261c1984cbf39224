using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>What a replica must not forget when it restarts.</summary>
/// <param name="Epoch">The highest epoch it has learnt of; everything of a lower one is refused.</param>
/// <param name="Configuration">The configuration of that epoch; null before the first.</param>
/// <param name="GaveUp">Whether its copy was lost to corruption and has not been replaced yet.</param>
public sealed record ReplicaRecord(Epoch Epoch, Configuration? Configuration, bool GaveUp)
{
    private const byte FormatVersion = 1;

    /// <summary>The record of a replica that knows nothing.</summary>
    public static ReplicaRecord Empty { get; } = new(Epoch.None, null, false);

    /// <summary>Writes the record.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        writer.WriteByte(FormatVersion);
        writer.WriteByte(GaveUp ? (byte)1 : (byte)0);
        writer.WriteVarint(Epoch.Value);
        writer.WriteByte(Configuration is null ? (byte)0 : (byte)1);
        if (Configuration is not null)
        {
            ConfigurationCodec.Write(writer, Configuration);
        }
    }

    /// <summary>Reads a record; an empty span is <see cref="Empty" />.</summary>
    /// <param name="bytes">What <see cref="WriteTo" /> wrote.</param>
    /// <exception cref="FormatException">The bytes are no record, or one of a newer format.</exception>
    public static ReplicaRecord Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Empty;
        }

        var reader = new ByteReader(bytes);
        var version = reader.ReadByte();
        if (version != FormatVersion)
        {
            throw new FormatException($"A replica record of format {version} was found; this build reads format {FormatVersion}.");
        }

        var gaveUp = reader.ReadByte() == 1;
        var epoch = new Epoch(reader.ReadVarint());
        var configuration = reader.ReadByte() == 1 ? ConfigurationCodec.Read(ref reader) : null;
        return reader.IsAtEnd ? new ReplicaRecord(epoch, configuration, gaveUp) : throw new FormatException("A replica record is malformed.");
    }
}
