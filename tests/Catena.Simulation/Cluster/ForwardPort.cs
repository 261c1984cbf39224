using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Routing;
using Catena.Simulation.Nodes;

namespace Catena.Simulation.Cluster;

/// <summary>A router's way to other nodes: what is sent arrives at most once, and only in the process that was there when it was sent.</summary>
/// <param name="node">The node.</param>
/// <param name="incarnation">The process's life, as its peers are told.</param>
/// <param name="processOf">The number of the process on a node, where this one is connected to it; 0 where it is not.</param>
/// <param name="sendsTwice">Whether requests lose their number and are sent twice: a planted fault.</param>
internal sealed class ForwardPort(SimulatedNode node, ulong incarnation, Func<NodeId, ulong> processOf, bool sendsTwice) : IForwardPort
{
    private readonly HashSet<(NodeId From, ForwardEnvelope Envelope)> _taken = [];
    private ulong _numbers;

    /// <inheritdoc />
    public bool TrySendRequest(NodeId to, ReadOnlySpan<byte> request) => sendsTwice
        ? TrySend(to, PeerMessageKind.ForwardRequest, Unnumbered(request)) && TrySend(to, PeerMessageKind.ForwardRequest, Unnumbered(request))
        : TrySend(to, PeerMessageKind.ForwardRequest, request);

    /// <inheritdoc />
    public void SendReply(NodeId to, ReadOnlySpan<byte> reply) => TrySend(to, PeerMessageKind.ForwardReply, reply);

    /// <summary>Whether a message is for this process and was not taken before.</summary>
    internal bool Takes(NodeId from, PeerMessage message) =>
        message.Forward is { } envelope && envelope.Receiver == node.Incarnation && _taken.Add((from, envelope));

    private static byte[] Unnumbered(ReadOnlySpan<byte> request)
    {
        var reader = new ByteReader(request);
        var bytes = new ArrayBufferWriter<byte>();
        bytes.WriteUInt64(reader.ReadUInt64());
        bytes.WriteUInt16(reader.ReadUInt16());
        _ = (reader.ReadVarint(), reader.ReadVarint());
        bytes.WriteVarint(0);
        bytes.WriteVarint(0);
        bytes.Write(reader.Rest);
        return bytes.WrittenSpan.ToArray();
    }

    private bool TrySend(NodeId to, PeerMessageKind kind, ReadOnlySpan<byte> bytes)
    {
        var receiver = processOf(to);
        if (receiver == 0)
        {
            return false;
        }

        node.Send(to, new PeerMessage(kind, default, bytes.ToArray()) { Forward = new ForwardEnvelope(incarnation, receiver, ++_numbers) });
        return true;
    }
}
