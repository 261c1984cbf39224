using Catena.Core.Primitives;
using Catena.Server.Peers;

namespace Catena.Server.Tests.Peers;

/// <summary>A frame as a receiver got it.</summary>
internal sealed record ReceivedFrame(NodeId From, ulong Incarnation, PeerFrameKind Kind, byte[] Payload);
