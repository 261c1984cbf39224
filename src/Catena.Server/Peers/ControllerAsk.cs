using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.Peers;

/// <summary>What the controller asks of a partition's first member, which alone proposes changes of the members.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Epoch">The epoch of the configuration it was decided on; in any other the asking is void.</param>
/// <param name="Node">The new first member, or the one to leave out.</param>
internal readonly record struct ControllerAsk(ControllerAskKind Kind, PartitionId Partition, Epoch Epoch, NodeId Node)
{
    /// <summary>Writes the payload of <see cref="PeerFrameKind.ControllerAsk" />.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="ask">What is asked.</param>
    public static void Write(IBufferWriter<byte> writer, ControllerAsk ask)
    {
        writer.WriteByte((byte)ask.Kind);
        writer.WriteUInt16(ask.Partition.Value);
        writer.WriteUInt64(ask.Epoch.Value);
        writer.WriteUInt64(ask.Node.Value);
    }

    /// <summary>Reads the payload of <see cref="PeerFrameKind.ControllerAsk" />.</summary>
    /// <param name="source">One whole payload.</param>
    /// <returns>What is asked, or null where the bytes ask nothing.</returns>
    public static ControllerAsk? TryRead(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var kind = (ControllerAskKind)reader.ReadByte();
        var partition = new PartitionId(reader.ReadUInt16());
        var epoch = new Epoch(reader.ReadUInt64());
        var node = new NodeId(reader.ReadUInt64());
        return reader.IsAtEnd && kind is ControllerAskKind.HandOver or ControllerAskKind.RemoveMember
            ? new ControllerAsk(kind, partition, epoch, node)
            : null;
    }
}
