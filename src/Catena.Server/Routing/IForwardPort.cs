using Catena.Core.Primitives;

namespace Catena.Server.Routing;

/// <summary>Carries forwarded commands and their answers to other nodes.</summary>
public interface IForwardPort
{
    /// <summary>Sends a forwarded command; copies it and never blocks.</summary>
    /// <returns>False where it certainly was not sent.</returns>
    bool TrySendRequest(NodeId to, ReadOnlySpan<byte> request);

    /// <summary>Sends the answer to a forwarded command; it may be lost with its connection.</summary>
    void SendReply(NodeId to, ReadOnlySpan<byte> reply);
}
