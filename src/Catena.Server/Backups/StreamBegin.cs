using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>What an answer with a partition's state or log begins with.</summary>
/// <remarks>Cluster 16 bytes; partition and number of partitions u16; epoch u64; LSN as two u64.</remarks>
/// <param name="Cluster">The cluster's identity.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Partitions">How many partitions the cluster has.</param>
/// <param name="Epoch">The partition's epoch.</param>
/// <param name="After">The entry after which the answer's log goes on; of a snapshot, the last applied when it began.</param>
public sealed record StreamBegin(Guid Cluster, PartitionId Partition, int Partitions, Epoch Epoch, Lsn After)
{
    /// <summary>Writes it as a block.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var payload = new ArrayBufferWriter<byte>(64);
        payload.Write(Cluster.ToByteArray(bigEndian: true));
        payload.WriteUInt16(Partition.Value);
        payload.WriteUInt16((ushort)Partitions);
        payload.WriteUInt64(Epoch.Value);
        payload.WriteUInt64(After.Epoch.Value);
        payload.WriteUInt64(After.Sequence);
        Block.Write(writer, BlockKind.Begin, payload.WrittenSpan);
    }

    /// <summary>Reads a block's payload.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static StreamBegin Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var cluster = reader.ReadBytes(16);
        var partition = new PartitionId(reader.ReadUInt16());
        var partitions = reader.ReadUInt16();
        var epoch = new Epoch(reader.ReadUInt64());
        var after = new Lsn(new Epoch(reader.ReadUInt64()), reader.ReadUInt64());
        return reader.IsAtEnd
            ? new StreamBegin(new Guid(cluster, bigEndian: true), partition, partitions, epoch, after)
            : throw new InvalidDataException("the beginning of an answer is malformed");
    }
}
