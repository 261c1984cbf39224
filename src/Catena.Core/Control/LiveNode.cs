using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>A node that the coordinator holds to be alive: one child of <c>members/</c>.</summary>
/// <param name="Id">The node.</param>
/// <param name="Incarnation">Which of its starts is running.</param>
/// <param name="Zone">The zone it says it is in; goes before the registration's.</param>
public sealed record LiveNode(NodeId Id, ulong Incarnation, string Zone);
