using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Server.Peers;

/// <summary>The payload of <see cref="PeerFrameKind.ReplicaMessage" />: the partition in two bytes, then the message.</summary>
internal static class ReplicaPayload
{
    /// <summary>Writes a payload.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="envelope">The partition and the message; sender and receiver are the link's.</param>
    public static void Write(IBufferWriter<byte> writer, Envelope envelope)
    {
        writer.WriteUInt16(envelope.Partition.Value);
        MessageCodec.Write(writer, envelope.Message);
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">One whole payload.</param>
    /// <param name="partition">The partition.</param>
    /// <returns>The message, whose byte fields point into the payload; null where the bytes are none.</returns>
    public static ReplicaMessage? TryRead(ReadOnlyMemory<byte> payload, out PartitionId partition)
    {
        var reader = new ByteReader(payload.Span);
        partition = new PartitionId(reader.ReadUInt16());
        return reader.IsValid ? MessageCodec.TryRead(payload[sizeof(ushort)..]) : null;
    }

    /// <summary>The lane that a message belongs on: whatever carries entries or state is bulk, and everything else must not wait behind it.</summary>
    /// <param name="message">The message.</param>
    public static PeerLane LaneOf(ReplicaMessage message) =>
        message is AppendEntries or LogSuffix or SnapshotChunk ? PeerLane.Bulk : PeerLane.Control;

    /// <summary>Whether a message may go with the entries of its sender where it need not wait there: to the same thread and with the same system call, which is half of the calls and wakes of a busy pair.</summary>
    /// <param name="message">The message.</param>
    public static bool MayGoWithEntries(ReplicaMessage message) => message is AppendAck;
}
