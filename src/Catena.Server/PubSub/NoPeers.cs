using Catena.Core.Primitives;

namespace Catena.Server.PubSub;

/// <summary>A node that is alone.</summary>
internal sealed class NoPeers : IPubSubPort
{
    /// <summary>The only one needed.</summary>
    public static NoPeers Instance { get; } = new();

    /// <inheritdoc />
    public ReadOnlySpan<NodeId> Peers => [];

    /// <inheritdoc />
    public bool TrySend(NodeId to, ReadOnlySpan<byte> frame, int maxQueue) => false;
}
