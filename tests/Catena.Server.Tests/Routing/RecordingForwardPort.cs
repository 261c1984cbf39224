using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.Tests.Routing;

/// <summary>Keeps what is sent to other nodes.</summary>
internal sealed class RecordingForwardPort : IForwardPort
{
    public List<(NodeId To, byte[] Request)> Requests { get; } = [];

    /// <summary>Whether a request is taken.</summary>
    public Func<NodeId, bool> OnSend { get; set; } = _ => true;

    public bool TrySendRequest(NodeId to, ReadOnlySpan<byte> request)
    {
        Requests.Add((to, request.ToArray()));
        return OnSend(to);
    }

    public void SendReply(NodeId to, ReadOnlySpan<byte> reply)
    {
        // Nobody asks this node.
    }
}
