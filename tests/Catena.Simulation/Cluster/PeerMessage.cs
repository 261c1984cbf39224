using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;
using Catena.Server.Peers;
using Catena.Simulation.Timelines;

namespace Catena.Simulation.Cluster;

/// <summary>What one node sends another, in the bytes in which it travels.</summary>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Partition">For a replica's message: the partition.</param>
/// <param name="Bytes">The encoded message; nobody changes them.</param>
internal sealed record PeerMessage(PeerMessageKind Kind, PartitionId Partition, byte[] Bytes) : ITimelineMessage
{
    /// <summary>For a command and its answer: on which connection they travel.</summary>
    internal ForwardEnvelope? Forward { get; init; }

    string ITimelineMessage.Kind => Kind == PeerMessageKind.Replica ? MessageCodec.TryRead(Bytes)?.GetType().Name ?? "malformed" : Kind.ToString();

    PartitionId? ITimelineMessage.Subject => Kind is PeerMessageKind.Replica or PeerMessageKind.ControllerAsk ? Partition : null;

    /// <inheritdoc />
    public override string ToString() => Kind switch
    {
        PeerMessageKind.Replica => $"p{Partition} {Describe(MessageCodec.TryRead(Bytes))}",
        PeerMessageKind.ForwardRequest or PeerMessageKind.ForwardReply => $"{Kind} {new ByteReader(Bytes).ReadUInt64():x}",
        PeerMessageKind.ControllerAsk => ControllerAsk.TryRead(Bytes)?.ToString() ?? "malformed",
        _ => Kind.ToString(),
    };

    private static string Describe(ReplicaMessage? message) => message switch
    {
        AppendEntries append => FormattableString.Invariant(
            $"AppendEntries e{append.Epoch} after {append.Previous} committed {append.Committed} {append.Frames.Length} bytes"),
        LogSuffix suffix => FormattableString.Invariant($"LogSuffix e{suffix.Epoch} after {suffix.After} last {suffix.Last} {suffix.Frames.Length} bytes"),
        SnapshotChunk chunk => FormattableString.Invariant(
            $"SnapshotChunk e{chunk.Epoch} transfer {chunk.Transfer} number {chunk.Number} base {chunk.Base}{(chunk.IsLast ? " last" : "")}"),
        EpochAck ack => FormattableString.Invariant($"EpochAck e{ack.Epoch} last {ack.Last}"),
        EpochOpen open => $"EpochOpen {open.Configuration} released [{string.Join(' ', open.Released)}]",
        AppendRefused refusal => FormattableString.Invariant($"AppendRefused e{refusal.Epoch} last {refusal.Last}"),
        null => "malformed",
        _ => message.ToString(),
    };
}
