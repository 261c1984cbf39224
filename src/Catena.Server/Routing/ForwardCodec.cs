using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Server.Routing;

/// <summary>Forwarded commands and their answers as bytes.</summary>
/// <remarks>
/// Request: id u64, partition u16, sequence and settled as variable-length numbers (0 and 0 for a read), the command. Reply: id u64, a
/// flag, where it is 1 partition u16 and the partition's configuration, then the result up to the end.
/// </remarks>
internal static class ForwardCodec
{
    internal static void WriteRequest(
        IBufferWriter<byte> writer, ulong id, PartitionId partition, in RequestId request, ReadOnlySpan<byte> command)
    {
        writer.WriteUInt64(id);
        writer.WriteUInt16(partition.Value);
        writer.WriteVarint(request.Sequence);
        writer.WriteVarint(request.Settled);
        writer.Write(command);
    }

    internal static void WriteReply(
        IBufferWriter<byte> writer, ulong id, PartitionId partition, Configuration? configuration, ReadOnlySpan<byte> result)
    {
        writer.WriteUInt64(id);
        writer.WriteByte(configuration is null ? (byte)0 : (byte)1);
        if (configuration is not null)
        {
            writer.WriteUInt16(partition.Value);
            ConfigurationCodec.Write(writer, configuration);
        }

        writer.Write(result);
    }
}
