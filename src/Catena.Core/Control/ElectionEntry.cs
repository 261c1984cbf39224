using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>One ephemeral sequential child of <c>election/</c>.</summary>
/// <param name="Sequence">The number that the coordinator gave it.</param>
/// <param name="Node">The node that created it.</param>
public readonly record struct ElectionEntry(long Sequence, NodeId Node);
